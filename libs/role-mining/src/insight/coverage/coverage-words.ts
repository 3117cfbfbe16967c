import { type AttributeRanking, type Residual, type ResidualLayer, residualLayers } from '@assay/mining'

/** Attributes that are told in a sentence each. */
const mostTold = 5

/** What attributes explain, in sentences. */
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
        : `${attribute} explains ${share(alone, grants)} by itself and adds ${share(added, grants)} to those before it.`,
    )
  }
  return sentences
}

const rest: readonly ResidualLayer[] = ['policy', 'unused', 'outlier', 'one_off', 'too_few_holders', 'no_attribute']

/** What tells the grants, in sentences. */
export function coverageSentences({ grants }: Residual, orphanRows: number): string[] {
  const of = (layer: ResidualLayer) => grants[residualLayers.indexOf(layer)] ?? 0
  const all = grants.reduce((sum, one) => sum + one, 0)
  if (all === 0) return ['Nobody holds anything.']
  const unmined = of('disabled') + of('not_a_person')
  const left = rest.reduce((sum, layer) => sum + of(layer), 0)
  const toExplain = all - unmined - of('common_access')
  const sentences = [
    `Of ${counted(all)} grants, ${counted(unmined)} are held by disabled people and by others than people, and ${counted(of('common_access'))} are common access.`,
  ]
  if (toExplain > 0) {
    sentences.push(
      `Of the other ${counted(toExplain)}, access profiles give ${share(of('accepted'), toExplain)}, open candidates would give ${share(of('open'), toExplain)}, and ${share(left, toExplain)} stay over.`,
    )
  }
  if (orphanRows > 0) sentences.push(`${counted(orphanRows)} rows of sources have no person and are not grants.`)
  return sentences
}

function counted(count: number): string {
  return count.toLocaleString('en')
}

/** `41 %`, with more than 99 % and less than 1 % said as that. */
function share(part: number, whole: number): string {
  const percent = (100 * part) / whole
  if (percent > 99 && percent < 100) return '> 99 %'
  if (percent > 0 && percent < 1) return '< 1 %'
  return `${Math.round(percent)} %`
}
