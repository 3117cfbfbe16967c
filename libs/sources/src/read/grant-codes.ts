/** The values that decide who the holder of a grant is. */
export type CodedHolder = readonly [form: number, holder: string, holderApplication: string, application: string]
/** The values that decide which entitlement a grant is for. */
export type CodedEntitlement = readonly [form: number, application: string, entitlement: string]

/** The texts that blocks of grants refer to by number. */
export interface GrantTexts {
  readonly holders: readonly CodedHolder[]
  readonly entitlements: readonly CodedEntitlement[]
  readonly times: readonly string[]
  readonly ends: readonly string[]
}

/** The columns of a block, in the order in which they are stored. */
const columnNames = ['holder', 'entitlement', 'grantedAt', 'lastUsedAt', 'ends'] as const

/** For each grant the numbers of its texts. */
export type GrantCodes = Readonly<Record<(typeof columnNames)[number], Uint32Array>>

/** A block as it is stored. */
export interface StoredGrantBlock {
  readonly rows: number
  readonly bytes: Uint8Array
}

interface Head {
  readonly rows: number
  /** Whether the texts are numbered from 0 again. */
  readonly begins: boolean
  /** Texts that no earlier block has. */
  readonly texts: GrantTexts
  /** The bytes of a number in each column. A column of 0 bytes has one number for all rows. */
  readonly columns: readonly { readonly width: 0 | 1 | 2 | 4; readonly all: number }[]
}

/** Each block begins with the number of bytes of its head. */
const lengthBytes = 4

export function encodedBlock(codes: GrantCodes, rows: number, texts: GrantTexts, begins: boolean): StoredGrantBlock {
  const columns = columnNames.map((name) => {
    const column = codes[name].subarray(0, rows)
    const all = column[0] ?? 0
    let most = 0
    let isOne = true
    for (let at = 0; at < rows; at++) {
      const code = column[at]!
      if (code > most) most = code
      if (code !== all) isOne = false
    }
    return { column, all, width: isOne ? 0 : most < 0x100 ? 1 : most < 0x10000 ? 2 : 4 } as const
  })
  const described: Head = { rows, begins, texts, columns: columns.map(({ width, all }) => ({ width, all })) }
  const head = Buffer.from(JSON.stringify(described), 'utf8')
  const length = columns.reduce((sum, { width }) => sum + width * rows, lengthBytes + head.length)
  const bytes = Buffer.allocUnsafeSlow(length)
  bytes.writeUInt32LE(head.length, 0)
  let at = lengthBytes + head.copy(bytes, lengthBytes)
  for (const { column, width } of columns) {
    if (width === 1) for (let row = 0; row < rows; row++) bytes[at++] = column[row]!
    else if (width > 0) {
      for (let row = 0; row < rows; row++, at += width) {
        const code = column[row]!
        bytes[at] = code
        bytes[at + 1] = code >>> 8
        if (width === 2) continue
        bytes[at + 2] = code >>> 16
        bytes[at + 3] = code >>> 24
      }
    }
  }
  return { rows, bytes }
}

export function decodedBlock(bytes: Uint8Array): Omit<Head, 'columns'> & { readonly codes: GrantCodes } {
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const headLength = all.readUInt32LE(0)
  const { columns, ...head } = JSON.parse(all.toString('utf8', lengthBytes, lengthBytes + headLength)) as Head
  const { rows } = head
  let at = lengthBytes + headLength
  const decoded = columns.map(({ width, all: one }) => {
    const column = new Uint32Array(rows)
    if (width === 0) column.fill(one)
    else if (width === 1) column.set(all.subarray(at, at + rows))
    else if (width === 2)
      for (let row = 0, from = at; row < rows; row++, from += 2) column[row] = all[from]! | (all[from + 1]! << 8)
    else for (let row = 0; row < rows; row++) column[row] = all.readUInt32LE(at + 4 * row)
    at += width * rows
    return column
  })
  if (at !== all.length || decoded.length !== columnNames.length) throw new Error('a block of stored grants is damaged')
  const [holder, entitlement, grantedAt, lastUsedAt, ends] = decoded as [
    ...[Uint32Array, Uint32Array, Uint32Array, Uint32Array, Uint32Array],
  ]
  return { ...head, codes: { holder, entitlement, grantedAt, lastUsedAt, ends } }
}
