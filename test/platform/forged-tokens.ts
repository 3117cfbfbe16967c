import { createPrivateKey, type JsonWebKey, type KeyObject, sign } from 'node:crypto'
import { signingKeyInUse } from '@assay/auth/testing'
import type { TestDatabase } from '@assay/store/testing'

/** The present signing key, read and decrypted from the database, where only the owner can read it. */
export async function signingKey({ owner }: TestDatabase): Promise<KeyObject> {
  return createPrivateKey({ key: (await signingKeyInUse(owner.sql)) as JsonWebKey, format: 'jwk' })
}

/** A token with other claims, signed with the key; unsigned without a key. */
export function forged(
  token: string,
  key: KeyObject | undefined,
  claims: Record<string, unknown>,
  keyId?: string,
): string {
  const [header, payload] = token.split('.').slice(0, 2).map(decoded)
  const head = { ...header, ...(keyId !== undefined && { kid: keyId }), ...(key === undefined && { alg: 'none' }) }
  const signed = [head, { ...payload, ...claims }].map(encoded).join('.')
  const signature = key === undefined ? '' : sign(null, Buffer.from(signed), key).toString('base64url')
  return `${signed}.${signature}`
}

function decoded(part: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>
}

function encoded(part: unknown): string {
  return Buffer.from(JSON.stringify(part)).toString('base64url')
}
