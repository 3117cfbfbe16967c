import { isAscii, isUtf8 } from 'node:buffer'
import { UnreadableFile } from '../faults.ts'
import type { InputFile } from '../input-file.ts'
import { codePage850, decoded850, isCodePage850, LetterCount } from './code-page-850.ts'

export interface Encoding {
  /** A label that TextDecoder knows, or `ibm850`. */
  readonly label: string
  /** For the report; empty for plain UTF-8. */
  readonly remark: string
}

/**
 * Determines the encoding: by the byte order mark, by the zero bytes of UTF-16, else UTF-8 if all bytes are valid. Otherwise it is
 * code page 850 if its bytes are letters of words there, or else Windows-1252, and the report says so. It reads the whole file,
 * since the only accent may be in the last line.
 */
export async function encodingOf(file: InputFile): Promise<Encoding> {
  let head: Uint8Array | undefined
  let tail: Uint8Array = new Uint8Array(0)
  // Characters of several bytes are hardly ever valid UTF-8 by chance, so later bytes that are not valid are damage.
  let hasAccents = false
  const letters = new LetterCount()
  let isUtf = true
  for await (const chunk of file.open()) {
    if (head === undefined) {
      if (chunk.length === 0) continue
      head = chunk
      const marked = markedEncoding(head)
      if (marked !== undefined) return marked
    }
    if (!isUtf) {
      letters.take(chunk)
      continue
    }
    const bytes: Uint8Array = tail.length === 0 ? chunk : Buffer.concat([tail, chunk])
    const whole = bytes.length - unfinished(bytes)
    if (!isUtf8(bytes.subarray(0, whole))) {
      if (hasAccents || isMostlyUtf8(bytes)) return utf8
      isUtf = false
      letters.take(bytes)
      continue
    }
    hasAccents ||= !isAscii(bytes.subarray(0, whole))
    tail = bytes.slice(whole)
  }
  if (!isUtf) return codePages[letters.codePage ?? 'either']
  return tail.length > 0 && !hasAccents ? codePages.windows : utf8
}

const utf8: Encoding = { label: 'utf-8', remark: '' }

const codePages: Readonly<Record<'windows' | 'console' | 'either', Encoding>> = {
  windows: { label: 'windows-1252', remark: 'not UTF-8, read as Windows-1252 (--encoding decides)' },
  console: { label: codePage850, remark: 'not UTF-8, read as code page 850 (--encoding decides)' },
  either: {
    label: 'windows-1252',
    remark: 'not UTF-8, read as Windows-1252, but it may be code page 850: check the names (--encoding cp850 decides)',
  },
}

function markedEncoding(head: Uint8Array): Encoding | undefined {
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return { label: 'utf-8', remark: 'UTF-8 with BOM' }
  if (head[0] === 0xff && head[1] === 0xfe) return { label: 'utf-16le', remark: 'UTF-16 LE' }
  if (head[0] === 0xfe && head[1] === 0xff) return { label: 'utf-16be', remark: 'UTF-16 BE' }
  // Latin text in UTF-16 has zeros in every second byte.
  const sample = head.subarray(0, 1024)
  let even = 0
  let odd = 0
  for (let at = 0; at + 1 < sample.length; at += 2) {
    if (sample[at] === 0) even++
    if (sample[at + 1] === 0) odd++
  }
  const most = Math.floor(sample.length / 2) * 0.7
  if (odd > 0 && odd >= most && even === 0) return { label: 'utf-16le', remark: 'UTF-16 LE without BOM' }
  if (even > 0 && even >= most && odd === 0) return { label: 'utf-16be', remark: 'UTF-16 BE without BOM' }
  return undefined
}

/**
 * Whether too many characters of several bytes are valid UTF-8 for chance. The file is then damaged UTF-8, and its reader reports
 * the line.
 */
function isMostlyUtf8(bytes: Uint8Array): boolean {
  let fitting = 0
  let wrong = 0
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0
    if (byte < 0x80) continue
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : byte >= 0xc0 ? 2 : 1
    const follows = bytes.subarray(at + 1, at + length)
    if (length > 1 && follows.length === length - 1 && follows.every((next) => (next & 0xc0) === 0x80)) {
      fitting++
      at += length - 1
    } else wrong++
  }
  // One damaged byte makes at most two characters invalid.
  return fitting > 0 && fitting * 2 > wrong
}

/** The number of bytes at the end that begin a character that continues in the next chunk. */
function unfinished(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] ?? 0
    if (byte < 0x80) return 0
    if (byte >= 0xc0) return back < (byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2) ? back : 0
  }
  return 0
}

/** @throws UnreadableFile for a label that no decoder knows */
export function encodingNamed(file: string, label: string): Encoding {
  if (isCodePage850(label)) return { label: codePage850, remark: `read as ${label}` }
  try {
    return { label: new TextDecoder(label).encoding, remark: `read as ${label}` }
  } catch (cause) {
    const reason = `the encoding "${label}" is unknown; examples are utf-8, utf-16le, windows-1252, iso-8859-15, cp850`
    throw new UnreadableFile(file, 0, reason, { cause })
  }
}

/** Decodes a text in chunks. Throws a TypeError for bytes that are not valid text. */
function decoderOf(label: string): { decode(chunk: Uint8Array): string; end(): string } {
  if (label === codePage850) return { decode: decoded850, end: () => '' }
  const decoder = new TextDecoder(label, { fatal: true })
  return { decode: (chunk) => decoder.decode(chunk, { stream: true }), end: () => decoder.decode() }
}

/** The text of a file in pieces, without its byte order mark. @throws UnreadableFile for bytes that are not valid text */
export async function* decoded(file: InputFile, { label }: Encoding): AsyncGenerator<string, void, undefined> {
  const decoder = decoderOf(label)
  let line = 1
  let damaged: Uint8Array = new Uint8Array(0)
  try {
    for await (const chunk of file.open()) {
      damaged = chunk
      const text = decoder.decode(chunk)
      if (text.includes('\0')) throw nul(file.name, line, text)
      line += countLines(text)
      if (text !== '') yield text
    }
    damaged = new Uint8Array(0)
    const rest = decoder.end()
    if (rest !== '') yield rest
  } catch (cause) {
    if (!(cause instanceof TypeError)) throw cause
    const reason = `the bytes are not ${label}; name the encoding with --encoding`
    throw new UnreadableFile(file.name, line + (label === 'utf-8' ? linesBeforeDamage(damaged) : 0), reason, { cause })
  }
}

/**
 * The text of a file as UTF-8, in pieces, without its byte order mark: the same as `decoded`, but without making strings of a file
 * that is already UTF-8. @throws UnreadableFile for bytes that are not valid text
 */
export async function* decodedBytes(file: InputFile, encoding: Encoding): AsyncGenerator<Uint8Array, void, undefined> {
  if (encoding.label !== 'utf-8') {
    for await (const text of decoded(file, encoding)) yield Buffer.from(text, 'utf8')
    return
  }
  let isFirst = true
  let tail: Uint8Array = new Uint8Array(0)
  for await (const chunk of file.open()) {
    let bytes: Uint8Array = tail.length === 0 ? chunk : Buffer.concat([tail, chunk])
    if (isFirst && bytes.length >= 3) {
      isFirst = false
      if (markedEncoding(bytes)?.label === 'utf-8') bytes = bytes.subarray(3)
    } else if (isFirst) {
      tail = Buffer.from(bytes)
      continue
    }
    const whole = bytes.length - unfinished(bytes)
    const text = bytes.subarray(0, whole)
    if (text.includes(0) || !isUtf8(text)) throw await refusal(file, encoding)
    // The caller may reuse the memory of the chunk.
    tail = Buffer.from(bytes.subarray(whole))
    if (text.length > 0) yield text
  }
  if (tail.length === 0) return
  if (tail.includes(0) || !isUtf8(tail)) throw await refusal(file, encoding)
  yield tail
}

/** The error of a file that is not UTF-8, as `decoded` throws it. */
async function refusal(file: InputFile, encoding: Encoding): Promise<Error> {
  try {
    for await (const _ of decoded(file, encoding)) {
      // The fault is later in the file.
    }
  } catch (error) {
    if (error instanceof UnreadableFile) return error
    throw error
  }
  return new UnreadableFile(file.name, 0, 'changes while it is read; load it again')
}

/** The number of lines before the first that is not UTF-8. The first line may begin within a character. */
function linesBeforeDamage(bytes: Uint8Array): number {
  let start = 0
  while (start < 3 && ((bytes[start] ?? 0) & 0xc0) === 0x80) start++
  for (let lines = 0; ; lines++) {
    const end = bytes.indexOf(0x0a, start)
    if (end < 0) return isUtf8(bytes.subarray(start)) ? 0 : lines
    if (!isUtf8(bytes.subarray(start, end))) return lines
    start = end + 1
  }
}

function nul(file: string, line: number, text: string): UnreadableFile {
  const before = countLines(text.slice(0, text.indexOf('\0')))
  return new UnreadableFile(
    file,
    line + before,
    'a zero byte: the file is damaged, or its encoding is another (--encoding)',
  )
}

function countLines(text: string): number {
  let count = 0
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) count++
  return count
}
