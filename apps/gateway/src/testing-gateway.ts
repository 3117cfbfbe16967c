import { encryptionKeyHex } from '@assay/auth/testing'
import type { TestDatabase } from '@assay/store/testing'

/**
 * The environment of a gateway without services, which can issue tokens and describe its API; `more` adds variables. It stops without a
 * pause, since no balancer has to notice.
 */
export function testEnvironment({ url }: TestDatabase, more: Readonly<Record<string, string>> = {}) {
  return {
    DATABASE_URL: url,
    ASSAY_PORT: '0',
    ASSAY_STOP_PAUSE_SECONDS: '0',
    ASSAY_INTERNAL_SECRET: Buffer.alloc(32, 7).toString('hex'),
    ASSAY_KEY_ENCRYPTION_KEY: encryptionKeyHex,
    ASSAY_MINING_URL: 'http://127.0.0.1:1',
    ASSAY_IAI_SESSIONS_URL: 'http://127.0.0.1:1',
    ...more,
  }
}
