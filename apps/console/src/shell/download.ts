import { prefix } from './prefix.ts'
import { consoleHeader, noteSessionEnded } from './session.ts'
import { texts } from './texts.ts'

/**
 * Saves what an address of the API answers as a file of this name. A call, rather than an address to go to: only calls of our own page
 * count as those of who is signed in.
 * @param path with its query, such as `/ledger/v1/entries:export`
 * @throws with a sentence for people when nothing comes
 */
export async function download(path: string, fileName: string): Promise<void> {
  const response = await fetch(prefix + path, { headers: consoleHeader }).catch(() => undefined)
  if (response === undefined) throw new Error(texts.noAnswer)
  if (response.status === 401) noteSessionEnded()
  if (!response.ok) {
    const { message } = (await response.json().catch(() => ({}))) as { message?: string }
    throw new Error(message ?? texts.answeredBadly(response.status))
  }
  saveAs(await response.blob(), fileName)
}

/** A piece of a file, as calls stream it. */
interface Piece {
  readonly contentType: string
  readonly data: Uint8Array
}

/** Saves what a call streams as a file of this name, once all of it is there. @throws what the call threw */
export async function savePieces(pieces: AsyncIterable<Piece>, fileName: string): Promise<void> {
  const parts: Uint8Array<ArrayBuffer>[] = []
  let type = ''
  for await (const { contentType, data } of pieces) {
    type = contentType
    // What came over the network is shared with no thread.
    parts.push(data as Uint8Array<ArrayBuffer>)
  }
  saveAs(new Blob(parts, { type }), fileName)
}

/** Saves a text as a file of this name. */
export function saveText(text: string, type: string, fileName: string): void {
  saveAs(new Blob([text], { type }), fileName)
}

function saveAs(content: Blob, fileName: string): void {
  const address = URL.createObjectURL(content)
  const link = document.createElement('a')
  link.href = address
  link.download = fileName
  link.click()
  // The browser has taken it by then.
  setTimeout(() => URL.revokeObjectURL(address), 60_000)
}
