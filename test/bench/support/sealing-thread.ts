import { once } from 'node:events'
import { parentPort, workerData } from 'node:worker_threads'
import { startSealing } from '@assay/ledger'
import { openDatabase } from '@assay/store'

// Seals entries as a worker does, until it receives a message to stop.

const { url } = workerData as { readonly url: string }
const database = openDatabase({ url, applicationName: 'assay-bench-sealer', maxConnections: 1 })
const sealer = startSealing(database.sql, {
  onError: (error) => {
    throw error
  },
})
if (parentPort === null) throw new Error('this is a thread of a bench')
await once(parentPort, 'message')
await sealer.stop()
await database.close()
parentPort.close()
