import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { encryptionKeyHex } from '@assay/auth/testing'
import { unusedPorts } from '@assay/server'

const apps = join(import.meta.dirname, '../../apps')

/** The entry point of each process of the platform. */
export const entries = ['gateway/src/main.ts', 'mining/src/main.ts', 'mining/src/worker.ts', 'iai-sessions/src/main.ts']

const children: ChildProcess[] = []

/** Ends the processes that `startProcess` has started. */
export function endProcesses(): void {
  for (const child of children.splice(0)) child.kill('SIGKILL')
}

/** A single process, with only its database. */
export async function startProcess(entry: string, databaseUrl: string, more: Readonly<Record<string, string>> = {}) {
  const [port] = await unusedPorts(1)
  const child = spawn(process.execPath, [join(apps, entry)], {
    env: {
      ...process.env,
      DATABASE_URL: databaseUrl,
      ASSAY_PORT: String(port),
      ASSAY_INTERNAL_SECRET: '0'.repeat(64),
      ASSAY_MINING_URL: 'http://127.0.0.1:1',
      ASSAY_KEY_ENCRYPTION_KEY: encryptionKeyHex,
      ASSAY_IAI_SESSIONS_URL: 'http://127.0.0.1:1',
      ASSAY_LOG_LEVEL: 'info',
      // No other process depends on it.
      ASSAY_STOP_PAUSE_SECONDS: '0',
      ...more,
    },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  children.push(child)
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (said += chunk))
  const ready = once(child, 'message').then(([message]) => message as { ready: string })
  ready.catch(() => {}) // a test that waits for its end does not wait for `ready`
  return { child, ready, said: () => said }
}
