/** The characters of the bytes 128 to 255 in code page 850, which consoles of Windows in Western Europe and old programs use. */
const upper =
  'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u00ad±‗¾¶§÷¸°¨·¹³²■\u00a0'

/** The label that Assay uses; no decoder of the platform knows this encoding. */
export const codePage850 = 'ibm850'
const names = new Set([codePage850, 'cp850', 'cp-850', '850', 'ibm-850', 'cspc850multilingual'])

export function isCodePage850(label: string): boolean {
  return names.has(label.trim().toLowerCase())
}

export function decoded850(bytes: Uint8Array): string {
  const ascii = (from: number, to: number) =>
    Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('latin1')
  let text = ''
  let from = 0
  for (let at = 0; at < bytes.length; at++) {
    const byte = bytes[at] ?? 0
    if (byte < 0x80) continue
    text += `${ascii(from, at)}${upper[byte - 0x80]}`
    from = at + 1
  }
  return text + ascii(from, bytes.length)
}

const windows1252 = new TextDecoder('windows-1252')
/** Characters that are rare in names and that have the same byte in one code page as common letters in the other. */
const rare = new Set('ªºµþÞðÐıƒˆ')
const asLetters = (text: string) => [...text].map((sign) => (/\p{L}/u.test(sign) && !rare.has(sign) ? sign : ''))
/** The letter of each byte from 128 on; empty for other characters. */
const letters = {
  windows: asLetters(windows1252.decode(Uint8Array.from({ length: 128 }, (_, at) => at + 128))),
  console: asLetters(upper),
}

/**
 * Counts in which of two code pages the bytes of words are letters that fit their neighbours, so that a text in one is not read as
 * the other. For example, `M\x81ller` is Müller in code page 850, and Windows-1252 has no letter at that byte.
 */
export class LetterCount {
  #windows = 0
  #console = 0
  #before = 0

  take(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; at++) {
      const byte = bytes[at] ?? 0
      if (byte < 0x80) continue
      const before = at === 0 ? this.#before : (bytes[at - 1] ?? 0)
      const next = bytes[at + 1] ?? 0
      // Only within a word: a single character may be a dash or a bullet.
      if (!isLetter(before) && !isLetter(next)) continue
      const inWindows = letters.windows[byte - 0x80] ?? ''
      if (fits(inWindows, before, next) || isPunctuation(byte, before, next)) this.#windows++
      if (fits(letters.console[byte - 0x80] ?? '', before, next)) this.#console++
    }
    this.#before = bytes.at(-1) ?? this.#before
  }

  /** Undefined when both code pages fit equally well. */
  get codePage(): 'windows' | 'console' | undefined {
    if (this.#windows === this.#console) return this.#windows === 0 ? 'windows' : undefined
    return this.#console > this.#windows ? 'console' : 'windows'
  }
}

function isLetter(byte: number): boolean {
  const lower = byte | 0x20
  return lower >= 0x61 && lower <= 0x7a
}

function isSmall(byte: number): boolean {
  return byte >= 0x61 && byte <= 0x7a
}

/** An upper-case letter does not follow a lower-case one, and a lower-case letter does not precede an upper-case one. */
function fits(letter: string, before: number, next: number): boolean {
  if (letter === '') return false
  return letter !== letter.toLowerCase() ? !isSmall(before) : !isLetter(next) || isSmall(next)
}

/**
 * Whether a byte is punctuation of Windows-1252, such as a quote, a dash or an ellipsis, in a fitting position: `O\x92Brien`,
 * `\x93Sales\x94`, and in German `\x84Sales\x93`.
 */
function isPunctuation(byte: number, before: number, next: number): boolean {
  switch (byte) {
    case 0x92:
      return isLetter(before)
    case 0x96:
    case 0x97:
      return true
    case 0x80:
    case 0x85:
    case 0x91:
    case 0x93:
      return !isLetter(before) || !isLetter(next)
    case 0x82:
    case 0x84:
    case 0x8b:
    case 0x95:
      return !isLetter(before)
    case 0x94:
    case 0x99:
    case 0x9b:
      return !isLetter(next)
    default:
      return false
  }
}
