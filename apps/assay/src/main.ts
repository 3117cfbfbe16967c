#!/usr/bin/env node
import { enableCompileCache } from 'node:module'
import { join } from 'node:path'

// The compile cache halves the time of a command. It must be enabled before other modules are loaded. If its folder cannot be written, Node
// continues without it.
enableCompileCache(
  join(process.env.ASSAY_DATA_DIRECTORY ?? join(import.meta.dirname, '../../../.data'), 'compile-cache'),
)
await import('./program.ts')
