/** What the bytes 128 to 255 are in code page 850, which consoles of Windows in Western Europe and old programs write. */
const upper =
  'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u00ad±‗¾¶§÷¸°¨·¹³²■\u00a0'

/** The label by which Assay calls it; no decoder of the platform knows it. */
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
/** Signs that hardly any name has, and that stand in one code page where common letters do in the other. */
const rare = new Set('ªºµþÞðÐıƒˆ')
const asLetters = (text: string) => [...text].map((sign) => (/\p{L}/u.test(sign) && !rare.has(sign) ? sign : ''))
/** The letter that each byte from 128 on is; empty for what is none. */
const letters = {
  windows: asLetters(windows1252.decode(Uint8Array.from({ length: 128 }, (_, at) => at + 128))),
  console: asLetters(upper),
}

/**
 * Counts in which of two code pages the bytes of words are letters that fit their neighbours, so that a text of one is not read as
 * the other: `M\x81ller` is Müller in code page 850, and in Windows-1252 there is no such letter.
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
      // Within a word: what stands alone may be a dash or a bullet.
      if (!isLetter(before) && !isLetter(next)) continue
      const inWindows = letters.windows[byte - 0x80] ?? ''
      if (fits(inWindows, before, next) || isPunctuation(byte, before, next)) this.#windows++
      if (fits(letters.console[byte - 0x80] ?? '', before, next)) this.#console++
    }
    this.#before = bytes.at(-1) ?? this.#before
  }

  /** Undefined where both fit alike. */
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

/** A capital stands behind no small letter, and a small one before no capital. */
function fits(letter: string, before: number, next: number): boolean {
  if (letter === '') return false
  return letter !== letter.toLowerCase() ? !isSmall(before) : !isLetter(next) || isSmall(next)
}

/**
 * Whether a byte is a quote, a dash, dots or the like of Windows-1252 where these stand: `O\x92Brien`, `\x93Sales\x94`, and in
 * German `\x84Sales\x93`.
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
