import { dropReplacedGrants } from '@assay/directory'
import { defineWork } from '@assay/jobs'
import type { Sql } from '@assay/store'
import { replacedGrantsQueue } from './queues.ts'

export function replacedGrantsWork({ sql }: { readonly sql: Sql }) {
  return defineWork<{ tenantId: number }, { tenantId: number }>({
    queue: replacedGrantsQueue,
    title: 'The removal of replaced grants',
    takeUp: async (payload) => payload,
    run: ({ tenantId }, { signal }) => dropReplacedGrants(sql, tenantId, signal),
  })
}
