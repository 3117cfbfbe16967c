export { toCsv } from './csv.ts'
export { generateOrganisation } from './generate-organisation.ts'
export type { Organisation, PlantedRole, SampleIdentity } from './organisation.ts'
