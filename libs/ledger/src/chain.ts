import { hash } from 'node:crypto'

/** What the first link follows: another one for each tenant, so that no chain can take the place of another. */
export function chainStart(tenantId: number): Buffer {
  return hash('sha256', `assay ledger 1\ntenant ${tenantId}\n`, 'buffer')
}

/** SHA-256 over the link before (32 bytes), the position (8 bytes, the highest first) and the hash of the entry (32 bytes). */
export function linkHash(before: Uint8Array, position: number, entryHash: Uint8Array): Buffer {
  const link = Buffer.allocUnsafe(72)
  link.set(before, 0)
  link.writeBigUInt64BE(BigInt(position), 32)
  link.set(entryHash, 40)
  return hash('sha256', link, 'buffer')
}

/** A link and how many entries the chain has up to it. */
export interface ChainHead {
  /** Of the newest entry; from 1. */
  readonly position: number
  readonly linkHash: Buffer
}

/** What the key of the deployment signs of a head. */
export function headText(tenantId: number, { position, linkHash: link }: ChainHead, signedAt: Date): string {
  return `assay ledger head 1\ntenant ${tenantId}\n${position}\n${link.toString('hex')}\n${signedAt.toISOString()}\n`
}
