import type { Impact } from '@assay/contracts/assay/impact/v1/impact_service_pb'
import { counted } from '../../kit/figures.ts'
import type { ModeName } from './impact-queries.ts'

/** What happens to whom: `60 people gain 78 things; nobody loses anything.` */
export function impactSentence(impact: Impact, mode: ModeName): string {
  const { gains, losses, replaced, gainingPeople, losingPeople } = impact
  const gain = part(gainingPeople, 'gains', 'gain', Number(gains?.count ?? 0n))
  const loss = part(losingPeople, 'loses', 'lose', Number(losses?.count ?? 0n))
  const first = mode === 'replace' ? 'If it takes the place of what was given one by one' : 'If it is added'
  const takes =
    mode === 'replace'
      ? ` It takes the place of ${counted(Number(replaced?.count ?? 0n), 'single grant', 'single grants')}.`
      : ''
  return `${first}: ${gain}; ${loss}.${takes}`
}

function part(people: number, one: string, many: string, things: number): string {
  if (people === 0) return `nobody ${one} anything`
  return `${counted(people, `person ${one}`, `people ${many}`)} ${counted(things, 'thing', 'things')}`
}
