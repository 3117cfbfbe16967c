export { type AttributeFilter, readAttributeFilters } from './attribute-filters.ts'
export { parseCriteria } from './parse-criteria.ts'
export { checkPopulationScope, type PopulationScope, resolvePopulation } from './population.ts'
