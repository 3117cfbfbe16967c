import { type Upload, UploadService } from '@assay/contracts/assay/source/v1/upload_service_pb'
import { Code, ConnectError, createClient } from '@connectrpc/connect'
import { createConnectTransport } from '@connectrpc/connect-web'
import { queryClient, sentenceOf, watchedCalls } from '../../shell/calls.ts'
import { prefix } from '../../shell/prefix.ts'
import { createStore } from '../../shell/store.ts'
import { texts } from './texts.ts'

/** A file that this tab sends. */
export interface SentFile {
  readonly name: string
  readonly sizeBytes: number
  readonly sentBytes: number
  /** Empty until the upload has begun. */
  readonly uploadId: string
  readonly state: 'sending' | 'waiting' | 'whole' | 'failed'
  readonly error: string
  readonly begunAt: number
  /** Bytes that were uploaded before this tab began; they do not count for its speed. */
  readonly foundBytes: number
}

/** The files that this tab sends, by the key of the file. */
export const sentFiles = createStore<ReadonlyMap<string, SentFile>>(new Map())

const partBytes = 2 * 2 ** 20
const tryAgainMs = 2_000

/** Binary messages, so that bytes are not encoded as text. */
const uploads = createClient(
  UploadService,
  createConnectTransport({
    baseUrl: location.origin + prefix,
    useBinaryFormat: true,
    interceptors: [watchedCalls],
    useHttpGet: false,
  }),
)

let queue: Promise<void> = Promise.resolve()

/** Sends files one after the other. Each continues where an earlier upload of the same file stopped. */
export function sendFiles(files: readonly File[]): void {
  for (const file of files) {
    const key = keyOf(file)
    if (['sending', 'waiting'].includes(sentFiles.get().get(key)?.state ?? '')) continue
    note(key, {
      name: file.name,
      sizeBytes: file.size,
      sentBytes: 0,
      uploadId: '',
      state: 'sending',
      error: '',
      begunAt: performance.now(),
      foundBytes: 0,
    })
    queue = queue.then(() => send(key, file))
  }
}

function keyOf({ name, size, lastModified }: File): string {
  return `${name}\0${size}\0${lastModified}`
}

function note(key: string, change: Partial<SentFile>): void {
  const all = new Map(sentFiles.get())
  all.set(key, { ...(all.get(key) as SentFile), ...change })
  sentFiles.set(all)
}

async function send(key: string, file: File): Promise<void> {
  try {
    let upload = await patiently(key, async () => (await begunBefore(file)) ?? (await begin(file)))
    note(key, {
      uploadId: upload.id,
      sentBytes: Number(upload.receivedBytes),
      foundBytes: Number(upload.receivedBytes),
      begunAt: performance.now(),
    })
    await refreshUploads()
    while (upload.receivedBytes < upload.sizeBytes) {
      const offset = Number(upload.receivedBytes)
      const data = new Uint8Array(await file.slice(offset, offset + partBytes).arrayBuffer())
      const { id: uploadId } = upload
      upload = await patiently(key, () =>
        uploads.uploadPart({ uploadId, offset: BigInt(offset), data }).catch((error) => {
          // Another tab has sent this part: continue after it.
          if (ConnectError.from(error).code === Code.Aborted) return uploads.getUpload({ uploadId })
          throw error
        }),
      )
      note(key, { sentBytes: Number(upload.receivedBytes), state: 'sending' })
    }
    note(key, { state: 'whole', sentBytes: file.size })
  } catch (error) {
    note(key, { state: 'failed', error: error instanceof ConnectError ? sentenceOf(error) : fileWords(error) })
  }
  await refreshUploads()
}

const begin = (file: File) => uploads.createUpload({ fileName: file.name, sizeBytes: BigInt(file.size) })

/** An unfinished upload of the same file, recognised by name, size and the hash of the uploaded part. */
async function begunBefore(file: File): Promise<Upload | undefined> {
  const { uploads: all } = await uploads.listUploads({})
  const alike = all.filter(({ fileName, sizeBytes }) => fileName === file.name && sizeBytes === BigInt(file.size))
  for (const upload of alike.toReversed()) {
    if ((await partsHash(file, Number(upload.receivedBytes))) === upload.partsSha256) return upload
  }
  return undefined
}

/** As the service computes it; see `Upload.parts_sha256`. Without a secure context it cannot be computed, and the upload begins again. */
async function partsHash(file: File, length: number): Promise<string | undefined> {
  if (crypto.subtle === undefined) return undefined
  let hash = new Uint8Array(0)
  for (let at = 0; at < length; at += partBytes) {
    const part = new Uint8Array(await file.slice(at, Math.min(at + partBytes, length)).arrayBuffer())
    const joined = new Uint8Array(hash.length + part.length)
    joined.set(hash)
    joined.set(part, hash.length)
    hash = new Uint8Array(await crypto.subtle.digest('SHA-256', joined))
  }
  return [...hash].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** Repeats a call while no server answers or no user is signed in; the sent parts stay. */
async function patiently<T>(key: string, call: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await call()
    } catch (error) {
      if (!mayPass(error)) throw error
      note(key, { state: 'waiting' })
      await new Promise((resolve) => setTimeout(resolve, tryAgainMs))
    }
  }
}

function mayPass(error: unknown): boolean {
  const { code, rawMessage } = ConnectError.from(error)
  if (code === Code.ResourceExhausted) return !/may wait for a load/.test(rawMessage)
  return (
    [Code.Unavailable, Code.Unauthenticated, Code.DeadlineExceeded].includes(code) ||
    (code === Code.Unknown && /fetch|network|load failed/i.test(rawMessage))
  )
}

/** The words for a failed upload. A DOMException means that the file was changed or removed while the page read it. */
function fileWords(error: unknown): string {
  return error instanceof DOMException ? texts.unreadable : String(error)
}

function refreshUploads(): Promise<void> {
  return queryClient.invalidateQueries({
    predicate: ({ queryKey }) => JSON.stringify(queryKey).includes('source.v1.UploadService'),
  })
}

export async function removeUpload(uploadId: string): Promise<void> {
  await uploads.deleteUpload({ uploadId })
  const all = new Map([...sentFiles.get()].filter(([, file]) => file.uploadId !== uploadId))
  sentFiles.set(all)
  await refreshUploads()
}
