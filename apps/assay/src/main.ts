#!/usr/bin/env node
import { enableCompileCache } from 'node:module'
import { join } from 'node:path'

// Half of a command's time would go into compiling what was compiled before. Switched on before anything else is loaded;
// without a place to keep it, Node goes on without.
enableCompileCache(
  join(process.env.ASSAY_DATA_DIRECTORY ?? join(import.meta.dirname, '../../../.data'), 'compile-cache'),
)
await import('./program.ts')
