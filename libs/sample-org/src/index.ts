export { toCsv } from './csv.ts'
export { generateOrganisation } from './generate-organisation.ts'
export type { Organisation, PlantedRole } from './organisation.ts'
export type { SampleIdentity } from './sample-records.ts'
