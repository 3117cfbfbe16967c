import { prefix } from './prefix.ts'
import { consoleHeader, noteSessionEnded } from './session.ts'
import { texts } from './texts.ts'

/**
 * Saves the response of an address of the API as a file with this name. The page makes a call and does not navigate, because only its calls
 * have the session of the user.
 * @param path with its query, such as `/ledger/v1/entries:export`
 * @throws an error with a sentence for people when the download fails
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

/** Saves the content of a stream as a file with this name, when it is complete. @throws the error of the call */
export async function savePieces(pieces: AsyncIterable<Piece>, fileName: string): Promise<void> {
  const parts: Uint8Array<ArrayBuffer>[] = []
  let type = ''
  for await (const { contentType, data } of pieces) {
    type = contentType
    // Bytes from the network are never in shared memory.
    parts.push(data as Uint8Array<ArrayBuffer>)
  }
  saveAs(new Blob(parts, { type }), fileName)
}

/** Saves a text as a file with this name. */
export function saveText(text: string, type: string, fileName: string): void {
  saveAs(new Blob([text], { type }), fileName)
}

function saveAs(content: Blob, fileName: string): void {
  const address = URL.createObjectURL(content)
  const link = document.createElement('a')
  link.href = address
  link.download = fileName
  link.click()
  // By then the browser has begun to save the file.
  setTimeout(() => URL.revokeObjectURL(address), 60_000)
}
