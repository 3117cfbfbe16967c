import { campusOrganisation } from './campus-organisation.ts'
import { catalogueOrganisation } from './catalogue-organisation.ts'
import { centreOrganisation } from './centre-organisation.ts'
import { chainOrganisation } from './chain-organisation.ts'
import { gridOrganisation } from './grid-organisation.ts'
import { hospitalOrganisation } from './hospital-organisation.ts'
import { ladderOrganisation } from './ladder-organisation.ts'
import { layeredOrganisation } from './layered-organisation.ts'
import { matrixOrganisation } from './matrix-organisation.ts'
import { mergerOrganisation } from './merger-organisation.ts'
import type { PlantedOrganisation } from './organisation-draft.ts'
import { projectOrganisation } from './project-organisation.ts'
import { samplePlanted } from './sample-planted.ts'
import { unionOrganisation } from './union-organisation.ts'

export type Kind =
  | 'sample'
  | 'layered'
  | 'union'
  | 'project'
  | 'matrix'
  | 'hospital'
  | 'chain'
  | 'grid'
  | 'merger'
  | 'catalogue'
  | 'centre'
  | 'ladder'
  | 'campus'

export const organisations: Readonly<Record<Kind, (identityCount: number, seed: number) => PlantedOrganisation>> = {
  sample: samplePlanted,
  layered: layeredOrganisation,
  union: unionOrganisation,
  project: projectOrganisation,
  matrix: matrixOrganisation,
  hospital: hospitalOrganisation,
  chain: chainOrganisation,
  grid: gridOrganisation,
  merger: mergerOrganisation,
  catalogue: catalogueOrganisation,
  centre: centreOrganisation,
  ladder: ladderOrganisation,
  campus: campusOrganisation,
}

/** Densities of random data: this number of runs for each, times one of `--seeds`. */
export const densities = [0.02, 0.05, 0.1, 0.2, 0.35, 0.5]
