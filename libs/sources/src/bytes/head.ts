import type { InputFile } from '../input-file.ts'

/** Enough to recognise formats, delimiters and headers. */
export const headBytes = 64 * 1024

/** The first bytes of a file. */
export async function headOf(file: InputFile): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of file.open()) {
    chunks.push(chunk)
    length += chunk.length
    if (length >= headBytes) break
  }
  return Buffer.concat(chunks).subarray(0, headBytes)
}
