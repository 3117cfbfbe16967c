import { type AttributeRanking, type Residual, type ResidualLayer, residualLayers } from '@assay/mining'

/** At most this number of attributes gets a sentence. */
const mostTold = 5

/** Sentences about how many grants the attributes explain. */
export function rankingSentences({ grants, explained, explainedAlone, attributes }: AttributeRanking): string[] {
  if (grants === 0) return ['There are no grants to explain: no person holds anything beyond common access.']
  const used = attributes.filter(({ alone }) => alone > 0)
  const sentences = [
    `Of ${counted(grants)} grants beyond common access, attributes explain ${share(explainedAlone, grants)} one by one and ${share(explained, grants)} with pairs.`,
  ]
  for (const [rank, { attribute, alone, added }] of used.slice(0, mostTold).entries()) {
    sentences.push(
      rank === 0
        ? `${attribute} explains ${share(alone, grants)} by itself, the most of all.`
        : `${attribute} explains ${share(alone, grants)} by itself and adds ${share(added, grants)} to the attributes before it.`,
    )
  }
  return sentences
}

const rest: readonly ResidualLayer[] = ['policy', 'unused', 'outlier', 'one_off', 'too_few_holders', 'no_attribute']

/** Sentences about the layers that explain the grants. */
export function coverageSentences({ grants }: Residual, orphanRows: number): string[] {
  const of = (layer: ResidualLayer) => grants[residualLayers.indexOf(layer)] ?? 0
  const all = grants.reduce((sum, one) => sum + one, 0)
  if (all === 0) return ['Nobody holds anything.']
  const unmined = of('disabled') + of('not_a_person')
  const left = rest.reduce((sum, layer) => sum + of(layer), 0)
  const toExplain = all - unmined - of('common_access')
  const sentences = [
    `Of ${counted(all)} grants, ${counted(unmined)} are held by disabled or deleted people, or by machines, and ${counted(of('common_access'))} are common access.`,
  ]
  if (toExplain > 0) {
    sentences.push(
      `Of the other ${counted(toExplain)}, access profiles give ${share(of('accepted'), toExplain)}, open candidates would give ${share(of('open'), toExplain)}, and ${share(left, toExplain)} are left over.`,
    )
  }
  if (orphanRows > 0)
    sentences.push(
      `${counted(orphanRows)} rows of sources (accounts and grants) have no person; their grants are not counted here.`,
    )
  return sentences
}

function counted(count: number): string {
  return count.toLocaleString('en')
}

/** A percentage such as `41 %`; above 99 % it is `> 99 %`, below 1 % `< 1 %`. */
function share(part: number, whole: number): string {
  const percent = (100 * part) / whole
  if (percent > 99 && percent < 100) return '> 99 %'
  if (percent > 0 && percent < 1) return '< 1 %'
  return `${Math.round(percent)} %`
}
