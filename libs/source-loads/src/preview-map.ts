import { setImmediate as nextTurn } from 'node:timers/promises'
import { invalidArgument } from '@assay/errors'
import {
  type AccessMap,
  firstMap,
  type InputFile,
  isMapError,
  loadMap,
  type Preview,
  previewFiles,
  readyMap as readyMapOf,
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
  /** A map as YAML; empty to use the ready map of that name, or the ready map that fits. */
  readonly content: string
  readonly readyMap: string
  readonly reading: LoadReading
}

export interface MapPreview extends Preview {
  /** The map that read the files, or a first map for files that no map reads; empty when there is neither. */
  readonly mapContent: string
  /** The fault of the map in the request; no file was then read with it. */
  readonly mapFault: { readonly line: number; readonly message: string } | undefined
  /** Only the beginning of a file was read. */
  readonly isPartial: boolean
}

const mostFiles = 50
/** How much is read of a text. Files that can only be read as a whole may be larger ... */
const textBytes = 2 ** 20
const mostWhole = 8 * 2 ** 20
/** ... except YAML and TOML, whose parsers take the whole text at once and block all other calls meanwhile. */
const documentBytes = 2 ** 18
/** The limit for all files together; further files are only named. */
const mostTogether = 32 * 2 ** 20
/** Readers work on this many bytes before other calls run. */
const sliceBytes = 2 ** 16

/**
 * Reads the beginning of uploads, complete or not, like a load would read them, and stores nothing.
 * @param signal aborts it when the caller no longer waits
 * @throws not_found for an unknown upload, invalid_argument for an unknown ready map
 */
export async function previewMap(
  sql: Sql,
  tenantId: number,
  { uploadIds, content, readyMap, reading }: WantedPreview,
  temporaryDirectory: string,
  signal?: AbortSignal,
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
  let left = mostTogether
  for (const upload of uploads) {
    signal?.throwIfAborted()
    const shown = await beginningOf(sql, tenantId, upload, left)
    if ('look' in shown) others.push(shown)
    else {
      left -= shown.length
      files.push(inSlices(shown.file, signal))
    }
    isPartial ||= 'look' in shown || shown.isPartial
  }
  const { encoding, delimiter, split } = reading
  const preview = await withWorkingFolder(temporaryDirectory, (temporaryFolder) =>
    previewFiles(files, maps, {
      temporaryFolder,
      ...(encoding !== undefined && { encoding }),
      ...(delimiter !== undefined && { delimiter }),
      ...(split !== undefined && { split }),
      limits: {
        unpackedBytes: 8 * mostWhole,
        spooledBytes: 8 * mostWhole,
        sharedTextLength: 4 * mostWhole,
        documentBytes,
      },
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
  const ready = readyMapOf(readyMap)
  if (ready === undefined) throw invalidArgument('ready_map', `"${readyMap}" is not a ready map`)
  return { maps: [ready], mapFault: undefined }
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
  | { readonly file: InputFile; readonly length: number; readonly isPartial: boolean }
  | { readonly name: string; readonly look: string }

/** @param left the number of bytes that may still be read */
async function beginningOf(sql: Sql, tenantId: number, upload: Upload, left: number): Promise<Beginning> {
  const { id, name, sizeBytes, receivedBytes } = upload
  const isThere = receivedBytes === sizeBytes
  const tooMany = {
    name,
    look: 'a file that was not looked at, since those before it are many; it is read when it is checked',
  }
  if (Math.min(receivedBytes, textBytes) > left) return tooMany
  const whole: Beginning = {
    file: { name, open: () => uploadContent(sql, tenantId, id) },
    length: receivedBytes,
    isPartial: false,
  }
  if (isThere && sizeBytes <= documentBytes) return whole
  const pieces: Uint8Array[] = []
  let length = 0
  for await (const piece of uploadContent(sql, tenantId, id)) {
    pieces.push(piece)
    length += piece.length
    if (length >= textBytes) break
  }
  const head = Buffer.concat(pieces).subarray(0, textBytes)
  if (head.length === 0) return { name, look: 'a file of which nothing has come yet' }
  const isDocument = /\.(ya?ml|toml)$/i.test(name)
  if (isDocument || isReadWhole(head)) {
    if (!isThere) return { name, look: 'a file that can be looked at once all of it is there' }
    if (isDocument || sizeBytes > mostWhole) {
      return { name, look: 'a file that is too large to be looked at before it is checked' }
    }
    return sizeBytes > left ? tooMany : whole
  }
  if (isThere && sizeBytes <= textBytes) return whole
  const lines = wholeLines(head)
  return { file: { name, open: () => only(lines) }, length: lines.length, isPartial: true }
}

/** The file in small pieces. Other calls run after each piece, since the work of the readers between two pieces blocks them. */
function inSlices({ name, open }: InputFile, signal: AbortSignal | undefined): InputFile {
  return {
    name,
    async *open() {
      for await (const bytes of open()) {
        for (let at = 0; at < bytes.length; at += sliceBytes) {
          yield bytes.subarray(at, at + sliceBytes)
          await nextTurn()
          signal?.throwIfAborted()
        }
      }
    },
  }
}

const magics = ['PK', '\x1f\x8b', '\x28\xb5\x2f\xfd', 'SQLite format 3', 'PAR1']

/** Whether a file can only be read when all its bytes are there. */
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
    // The file has one document on each line.
    JSON.parse(line)
    return false
  } catch {
    return true
  }
}

/** The text up to the last complete line. */
function wholeLines(head: Buffer): Buffer {
  const end = head.lastIndexOf(0x0a)
  if (end < 0) return head
  const isLittleEndian = head[0] === 0xff && head[1] === 0xfe
  return head.subarray(0, end + (isLittleEndian ? 2 : 1))
}

async function* only(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield bytes
}
