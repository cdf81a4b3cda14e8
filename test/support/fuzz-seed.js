/**
 * Property tests draw the same values in every run, so that a run that fails can be had again. `P2PNODE_FUZZ_SEED` draws
 * others; test/long does so.
 */
import fc from 'fast-check'

fc.configureGlobal({ seed: Number(process.env.P2PNODE_FUZZ_SEED ?? 1) })
