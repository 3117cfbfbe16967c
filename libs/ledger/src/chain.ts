import { hash } from 'node:crypto'

/** The hash that the first link follows. It differs between tenants, so that no chain can replace the chain of another tenant. */
export function chainStart(tenantId: number): Buffer {
  return hash('sha256', `assay ledger 1\ntenant ${tenantId}\n`, 'buffer')
}

/** SHA-256 over the previous link (32 bytes), the position (8 bytes, big-endian) and the hash of the entry (32 bytes). */
export function linkHash(before: Uint8Array, position: number, entryHash: Uint8Array): Buffer {
  const link = Buffer.allocUnsafe(72)
  link.set(before, 0)
  link.writeBigUInt64BE(BigInt(position), 32)
  link.set(entryHash, 40)
  return hash('sha256', link, 'buffer')
}

/** A link, and the number of entries of the chain up to it. */
export interface ChainHead {
  /** The position of the newest entry; the first entry has position 1. */
  readonly position: number
  readonly linkHash: Buffer
}

/** The text of a head that the key of the deployment signs. */
export function headText(tenantId: number, { position, linkHash: link }: ChainHead, signedAt: Date): string {
  return `assay ledger head 1\ntenant ${tenantId}\n${position}\n${link.toString('hex')}\n${signedAt.toISOString()}\n`
}
