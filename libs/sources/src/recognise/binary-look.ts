/** Formats that are recognised by their first bytes and not read, with advice. */
const magics: readonly { readonly bytes: string; readonly look: string }[] = [
  {
    bytes: 'C1Z3\0',
    look: 'a .c1z file of the newer kind (Pebble); run the connector with "--storage-engine sqlite", or give what "baton grants -o json" prints',
  },
  { bytes: '%PDF', look: 'a PDF document; export the data as CSV or a workbook' },
  { bytes: '\xd0\xcf\x11\xe0', look: 'a workbook or document of the old Office format; save it as .xlsx or CSV' },
  { bytes: '7z\xbc\xaf', look: 'a 7z archive; unpack it first' },
  { bytes: 'Rar!', look: 'a RAR archive; unpack it first' },
  { bytes: '\x89PNG', look: 'an image' },
  { bytes: '\xff\xd8\xff', look: 'an image' },
  { bytes: 'GIF8', look: 'an image' },
]

/** Describes a binary file; undefined for text. */
export function binaryLook(head: Uint8Array): string | undefined {
  const beginning = Buffer.from(head.subarray(0, 32)).toString('latin1')
  const known = magics.find(({ bytes }) => beginning.startsWith(bytes))
  if (known !== undefined) return known.look
  if (Buffer.from(head.subarray(257, 262)).toString('latin1') === 'ustar') return 'a tar archive; unpack it first'
  if (beginning.startsWith('\xff\xfe') || beginning.startsWith('\xfe\xff')) return undefined
  let controls = 0
  let zeros = 0
  const sample = head.subarray(0, 4096)
  for (const byte of sample) {
    if (byte === 0) zeros++
    else if (byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d && byte !== 0x0c) controls++
  }
  // UTF-16 without a byte order mark has as many zeros as letters, and hardly any other control characters.
  const isUtf16 = zeros > sample.length * 0.3 && zeros <= sample.length / 2 + 1
  if (controls > sample.length * 0.02 || (zeros > 0 && !isUtf16)) return 'a binary file'
  return undefined
}
