/** A piece of a file, as calls stream it. */
interface Piece {
  readonly contentType: string
  readonly data: Uint8Array
}

/** Gives a streamed file to the browser to save, once all of it is there. @throws what the call threw */
export async function saveFile(name: string, pieces: AsyncIterable<Piece>): Promise<void> {
  const parts: Uint8Array<ArrayBuffer>[] = []
  let type = ''
  for await (const { contentType, data } of pieces) {
    type = contentType
    // What came over the network is shared with no thread.
    parts.push(data as Uint8Array<ArrayBuffer>)
  }
  const address = URL.createObjectURL(new Blob(parts, { type }))
  const link = document.createElement('a')
  link.href = address
  link.download = name
  link.click()
  // The browser has begun to read it by then.
  setTimeout(() => URL.revokeObjectURL(address), 60_000)
}
