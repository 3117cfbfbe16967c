import { invalidArgument } from '@assay/errors'
import {
  type AccessMap,
  firstMap,
  type InputFile,
  isMapError,
  loadMap,
  type Preview,
  previewFiles,
  readyMaps,
  readyMapText,
} from '@assay/sources'
import { inTenant, type Sql } from '@assay/store'
import type { LoadReading } from './load.ts'
import { getUpload, type Upload, uploadContent } from './uploads.ts'
import { withWorkingFolder } from './working-folder.ts'

/** The maps that come with Assay, by name. */
export function listReadyMaps(): { readonly name: string; readonly title: string; readonly content: string }[] {
  return readyMaps().map(({ name, title }) => ({ name, title, content: readyMapText(name) }))
}

interface WantedPreview {
  readonly uploadIds: readonly string[]
  /** A map as YAML; empty for the ready map of that name, or for the one that fits. */
  readonly content: string
  readonly readyMap: string
  readonly reading: LoadReading
}

export interface MapPreview extends Preview {
  /** The map that read the files, or a first one for what no map takes; empty where there is neither. */
  readonly mapContent: string
  /** What is wrong with the given map; then nothing was read by it. */
  readonly mapFault: { readonly line: number; readonly message: string } | undefined
  /** Only the beginning of a file was read. */
  readonly isPartial: boolean
}

const mostFiles = 50
/** Of text so much is read; what can only be read as a whole may be larger. */
const textBytes = 2 ** 20
const mostWhole = 8 * 2 ** 20

/**
 * Looks at the beginning of uploads, whole or not, as a load would read them, and stores nothing.
 * @throws not_found for an unknown upload, invalid_argument for an unknown ready map
 */
export async function previewMap(
  sql: Sql,
  tenantId: number,
  { uploadIds, content, readyMap, reading }: WantedPreview,
  temporaryDirectory: string,
): Promise<MapPreview> {
  if (uploadIds.length === 0 || uploadIds.length > mostFiles) {
    throw invalidArgument('upload_ids', `names ${uploadIds.length} uploads; give 1 to ${mostFiles}`)
  }
  if (content.length > 256 * 1024) throw invalidArgument('content', 'is longer than 262144 characters')
  const uploads = await inTenant(sql, tenantId, async (scoped) => {
    const found: Upload[] = []
    for (const id of new Set(uploadIds)) found.push(await getUpload(scoped, id))
    return found
  })
  const { maps, mapFault } = mapsFor(content, readyMap)
  const files: InputFile[] = []
  const others: { name: string; look: string }[] = []
  let isPartial = false
  for (const upload of uploads) {
    const shown = await beginningOf(sql, tenantId, upload)
    if ('look' in shown) others.push(shown)
    else files.push(shown.file)
    isPartial ||= 'look' in shown || shown.isPartial
  }
  const { encoding, delimiter, split } = reading
  const preview = await withWorkingFolder(temporaryDirectory, (temporaryFolder) =>
    previewFiles(files, maps, {
      temporaryFolder,
      ...(encoding !== undefined && { encoding }),
      ...(delimiter !== undefined && { delimiter }),
      ...(split !== undefined && { split }),
      limits: { unpackedBytes: 8 * mostWhole, spooledBytes: 8 * mostWhole, sharedTextLength: 4 * mostWhole },
    }),
  )
  const mapContent = content || mapTextOf(preview, readyMap)
  return { ...preview, others: [...others, ...preview.others], mapContent, mapFault, isPartial }
}

function mapsFor(
  content: string,
  readyMap: string,
): { readonly maps: readonly AccessMap[]; readonly mapFault: MapPreview['mapFault'] } {
  if (content !== '') {
    try {
      return { maps: [loadMap('map', content, true)], mapFault: undefined }
    } catch (error) {
      if (!isMapError(error)) throw error
      const message = error.message.replace(/^map:\d+: /, '')
      return { maps: [], mapFault: { line: error.line, message } }
    }
  }
  if (readyMap === '') return { maps: readyMaps(), mapFault: undefined }
  const maps = readyMaps().filter(({ name }) => name === readyMap)
  if (maps.length === 0) throw invalidArgument('ready_map', `"${readyMap}" is no ready map`)
  return { maps, mapFault: undefined }
}

function mapTextOf({ parts }: Preview, readyMap: string): string {
  const names = new Set(parts.map(({ map }) => map).filter((name) => name !== ''))
  const [only] = names
  const name = readyMap || (names.size === 1 ? only : undefined)
  if (name !== undefined) return readyMapText(name)
  const [unmapped] = parts.filter(({ map }) => map === '')
  return names.size === 0 && unmapped !== undefined ? firstMap(unmapped.part) : ''
}

type Beginning =
  | { readonly file: InputFile; readonly isPartial: boolean }
  | { readonly name: string; readonly look: string }

async function beginningOf(sql: Sql, tenantId: number, upload: Upload): Promise<Beginning> {
  const { id, name, sizeBytes, receivedBytes } = upload
  const isThere = receivedBytes === sizeBytes
  const whole: Beginning = { file: { name, open: () => uploadContent(sql, tenantId, id) }, isPartial: false }
  if (isThere && sizeBytes <= textBytes) return whole
  const pieces: Uint8Array[] = []
  let length = 0
  for await (const piece of uploadContent(sql, tenantId, id)) {
    pieces.push(piece)
    length += piece.length
    if (length >= textBytes) break
  }
  const head = Buffer.concat(pieces).subarray(0, textBytes)
  if (head.length === 0) return { name, look: 'a file of which nothing has come yet' }
  if (isReadWhole(head)) {
    if (isThere && sizeBytes <= mostWhole) return whole
    return {
      name,
      look: isThere
        ? 'a file that is too large to be looked at before it is checked'
        : 'a file that can be looked at once all of it is there',
    }
  }
  const lines = wholeLines(head)
  return { file: { name, open: () => only(lines) }, isPartial: true }
}

const magics = ['PK', '\x1f\x8b', '\x28\xb5\x2f\xfd', 'SQLite format 3', 'PAR1']

/** Whether a file says nothing before its last byte is there. */
function isReadWhole(head: Buffer): boolean {
  const start = head.subarray(0, 16).toString('latin1')
  if (magics.some((magic) => start.startsWith(magic))) return true
  const text = head
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .trimStart()
  if (!/^[[{<]/.test(text)) return false
  const [line = ''] = text.split('\n', 1)
  try {
    // A document a line.
    JSON.parse(line)
    return false
  } catch {
    return true
  }
}

/** Up to the last line that is whole. */
function wholeLines(head: Buffer): Buffer {
  const end = head.lastIndexOf(0x0a)
  if (end < 0) return head
  const isLittleEndian = head[0] === 0xff && head[1] === 0xfe
  return head.subarray(0, end + (isLittleEndian ? 2 : 1))
}

async function* only(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield bytes
}
