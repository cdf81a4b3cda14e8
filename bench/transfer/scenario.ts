/**
 * What a scenario of the transfer benchmark is told. It prints what it measured.
 */
export interface ScenarioOptions {
  /** For all files; goes with it. */
  folder: string
  /** Undefined: as the scenario likes. */
  sizeMiB?: number | undefined
  runs: number
  /** Of our streams, MiB. */
  window: string
  /** Of the ways that a scenario compares. */
  only?: readonly string[] | undefined
}

export type Scenario = (options: ScenarioOptions) => Promise<void>
