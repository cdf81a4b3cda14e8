/** What other parts may use of the simulator. */
export { plot } from './plot.ts'
export type { ClassReport, SimReport, StrategyReport } from './report.ts'
export { type SimProgress, type SimulationOptions, simulate } from './simulation.ts'
export { ALL_STRATEGIES, AUTO, type Strategy, strategyOf } from './strategies.ts'
export { TOPOLOGIES } from './topology.ts'
export { WORLD_DEFAULTS } from './world.ts'
