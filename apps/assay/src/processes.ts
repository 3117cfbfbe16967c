import { join } from 'node:path'

/** The processes of the platform, by their names in logs. */
export type ProcessName = 'gateway' | 'mining' | 'mining-worker' | 'iai-sessions'

const apps = join(import.meta.dirname, '../..')

/** The entry file of each process. */
export const processEntries: Readonly<Record<ProcessName, string>> = {
  gateway: join(apps, 'gateway/src/main.ts'),
  mining: join(apps, 'mining/src/main.ts'),
  'mining-worker': join(apps, 'mining/src/worker.ts'),
  'iai-sessions': join(apps, 'iai-sessions/src/main.ts'),
}
