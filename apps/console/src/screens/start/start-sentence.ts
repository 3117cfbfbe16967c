import type { Readiness } from '@assay/contracts/assay/insight/v1/readiness_service_pb'
import { counted, formatShare } from '../../kit/figures.ts'

/** What is loaded, and how much of it groups of people can explain. */
export function startSentence(readiness: Readiness | undefined): string {
  if (readiness === undefined) return 'Looking at the data.'
  const { people, entitlements, reach } = readiness
  if (reach === undefined) return 'The data are being measured.'
  const loaded = `${counted(Number(people), 'person', 'people')}, ${counted(Number(entitlements), 'entitlement', 'entitlements')}.`
  const share = formatShare(Number(reach.commonGrants + reach.coveredGrants), Number(reach.grants))
  return `${loaded} Attributes such as department explain ${share} of what people hold, at best.`
}
