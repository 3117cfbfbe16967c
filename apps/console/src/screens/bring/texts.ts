import { type Load, Load_State as State } from '@assay/contracts/assay/source/v1/source_pb'
import type { PreviewMapResponse, Upload } from '@assay/contracts/assay/source/v1/upload_service_pb'
import { counted, formatCount } from '../../kit/figures.ts'

export const texts = {
  title: 'Bring data',
  toData: 'To the data',
  noRight: 'Your role looks at the data and does not bring any. Ask an administrator.',
  files: 'Files',
  choose: 'Choose files',
  dropHint:
    'Or drop them anywhere on this page. Any of these formats will do: CSV, Excel, JSON, XML, LDIF, SQLite, Parquet, packed or not.',
  noFiles: 'No file is here yet. Assay needs at least a list of people and a list of who has which access.',
  remove: 'Remove',
  use: 'Use',
  recognised: 'What it is',
  looking: 'Looking at the files.',
  firstMap: 'Below is a first map to begin with.',
  partial: 'Only the beginning of the files was looked at; checking reads all of them.',
  map: 'Map',
  mapHint: 'What each column means. A map that comes with Assay needs no change; yours is stored with the source.',
  mapSeveral: 'Several maps that come with Assay read these files together, so there is nothing to edit.',
  mapText: 'The map (YAML)',
  mapStart: 'Begin with',
  mapFits: 'the map that fits',
  mapDrop: 'Discard my changes',
  mapKept: 'Your changes are stored in this browser until you check.',
  columns: 'Columns',
  needsWidth: 'Editing a map needs a screen of 900 px. The maps that come with Assay work here.',
  result: 'What becomes of the first rows',
  nothingYet: 'Nothing comes of the files yet.',
  source: 'Source',
  sourceHint: 'A name for where this comes from. The next delivery of the same source takes its place.',
  sourceWrong: 'Use 1 to 64 lower case letters, digits, hyphens, dots and underscores.',
  check: 'Check',
  checkHint: 'Reads all rows and changes nothing yet.',
  skipInvalid: 'Leave rows with faults out',
  another: 'Another load of this source has not ended.',
  toLoad: 'Show it',
  again: 'Change the map or the files',
  checkResult: 'Check',
  commit: 'Commit',
  complete: 'The files are complete: what is not in them is gone',
  giveUp: 'Give up',
  cancel: 'Cancel',
  checking: 'All rows are read and checked. You can leave this page; it goes on.',
  committing: 'Putting it together with the other sources. You can leave this page; it goes on.',
  done: 'Done',
  noGrants: 'Nobody has any access yet: bring a list of who has which access as well.',
  changedNothing: 'The access in force is the same as before.',
  aborted: 'This load was given up. Nothing changed.',
  readiness: 'How good the data are',
  toStart: 'To the start',
  toCandidates: 'To the candidates',
  toSource: 'To the source',
  bringMore: 'Bring more files',
  report: 'What was read and left out',
  measuring: 'The data are being measured.',
  reach: (people: number, entitlements: number, share: string) =>
    `${formatCount(people)} people, ${formatCount(entitlements)} entitlements. Groups can explain ${share} of what people hold, at best.`,
  what: 'What',
  now: 'Now',
  before: 'Before',
  noData: 'no data',
  goesOn: 'Goes on',
  faults: (count: number) => counted(count, 'row or file has a fault', 'rows or files have faults'),
  alike: (count: number) => `${formatCount(count)} alike.`,
  notListed: (count: number) => `${formatCount(count)} more are not listed.`,
  removeFile: (name: string) => `Remove ${name}`,
  cutOff: (part: string, whole: string) =>
    `${part} of ${whole}. This upload was cut off. Choose the same file again, and it goes on where it stopped.`,
  waiting: (part: string, whole: string) => `${part} of ${whole}. Nothing answers at the moment; it goes on by itself.`,
  sending: (part: string, whole: string) => `${part} of ${whole} sent.`,
  sendingFor: (part: string, whole: string, seconds: number) =>
    `${part} of ${whole} sent, about ${formatCount(seconds)} s more.`,
  /** A part of a file, and its content. */
  partIs: '{name}: {what}',
  /** @param look such as `CSV with semicolons` */
  readBy: (look: string, columns: number, map: string, inputs: readonly string[]) =>
    `${look}, ${counted(columns, 'column', 'columns')}. Read by the map ${map} as ${inputs.join(', ')}, by its columns.`,
  noMap: (
    look: string,
    columns: number,
    nearest: readonly { readonly map: string; readonly missing: readonly string[] }[],
  ) =>
    [
      `${look}, ${counted(columns, 'column', 'columns')}. No map takes it.`,
      ...nearest.map(({ map, missing }) => `${map} comes near (lacks ${missing.join(', ')}).`),
    ].join(' '),
  noRows: (look: string) => `${look}: left out, since it holds no access data that Assay reads`,
  nowGoesOn: (words: string) => `Now: ${words}.`,
  records: 'Records',
  inForce: 'In force',
  none: 'none',
  line: (line: number, message: string) => `Line ${line}: ${message}`,
  goToLine: (line: number) => `Go to line ${line}`,
  filled: (filled: number, rows: number) => `${formatCount(filled)} of ${formatCount(rows)} filled;`,
  more: (count: number) => `and ${formatCount(count)} more`,
  lookingAtLoad: 'Looking at the load.',
  row: (number: string) => `row ${number}`,
  nouns: { people: 'people', grants: 'grants', links: 'accounts of people' },
  /** @param what such as `1,840 of 2,000 people (92 %), 4 of 10 grants` */
  removes: (what: string) => `This load removes ${what}.`,
  recordNames: {
    people: 'People',
    accounts: 'Accounts',
    applications: 'Applications',
    entitlements: 'Entitlements',
    grants: 'Grants',
    whoHasWhat: 'Who has what',
  },
  sourceIsNew: 'This is a new one.',
  sourceIsEmpty: 'Nothing of it is in force yet.',
  replaces: (people: number, grants: number) =>
    `It takes the place of what is in force of this source: ${counted(people, 'person', 'people')}, ${counted(grants, 'grant', 'grants')}.`,
  unreadable: 'The browser cannot read this file any more: it was changed or moved. Choose it again.',
} as const

/** One sentence that describes the screen. */
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
  const read =
    maps.length === 0
      ? `no map takes ${uploads.length === 1 ? 'it' : 'them'} yet`
      : `read by the map ${maps.join(' and ')}`
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
