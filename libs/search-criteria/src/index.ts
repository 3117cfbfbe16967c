export { checkPopulationScope, resolvePopulation } from './population.ts'
