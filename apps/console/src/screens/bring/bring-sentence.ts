import { type Load, Load_State as State } from '@assay/contracts/assay/source/v1/source_pb'
import type { PreviewMapResponse, Upload } from '@assay/contracts/assay/source/v1/upload_service_pb'
import { counted } from '../../kit/figures.ts'

/** What one is looking at, in one sentence. */
export function bringSentence(
  uploads: readonly Upload[],
  preview: PreviewMapResponse | undefined,
  load: Load | undefined,
): string {
  if (load !== undefined) return loadSentence(load)
  if (uploads.length === 0) return 'Choose the files of one source: an HR export, a directory, an application.'
  const coming = uploads.filter(({ sizeBytes, receivedBytes }) => receivedBytes < sizeBytes).length
  const files = counted(uploads.length, 'file', 'files')
  if (coming > 0) return `${files}, ${coming} of them not whole yet.`
  if (preview === undefined) return `${files}. Looking at what they are.`
  const maps = [...new Set(preview.parts.map(({ map }) => map).filter(Boolean))]
  const unread = preview.parts.filter(({ map }) => map === '').length + preview.others.length
  const read = maps.length === 0 ? 'no map takes them yet' : `read by the map ${maps.join(' and ')}`
  const left = unread > 0 && maps.length > 0 ? `; ${unread} left out` : ''
  const faults = preview.faultCount > 0 ? ` ${counted(preview.faultCount, 'fault', 'faults')} in the first rows.` : ''
  return `${files}, ${read}${left}.${faults}`
}

function loadSentence({ sourceId, state, faultCount, counts }: Load): string {
  const name = `Load of ${sourceId}`
  const records =
    counts === undefined
      ? ''
      : ` ${counted(counts.people, 'person', 'people')}, ${counted(Number(counts.grants), 'grant', 'grants')}.`
  switch (state) {
    case State.READING:
      return `${name}: it is being read and checked.`
    case State.STAGED:
      return `${name}: it comes into force.${records}`
    case State.AWAITING_CONFIRMATION:
      return `${name}: it was read, has ${faultCount > 0 ? counted(faultCount, 'fault', 'faults') : 'no fault'} and waits for your yes.${records}`
    case State.COMMITTED:
      return `${name}: it is in force.${records}`
    case State.FAILED:
      return `${name}: it was refused, and nothing changed.`
    case State.ABORTED:
      return `${name}: it was given up, and nothing changed.`
    default:
      return `${name}: it is open.`
  }
}
