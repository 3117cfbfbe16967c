export type { AttributeFilter } from './attribute-filters.ts'
export { checkPopulationScope, type PopulationScope, resolvePopulation } from './population.ts'
