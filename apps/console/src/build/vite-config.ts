import { join } from 'node:path'
import react from '@vitejs/plugin-react'
import type { InlineConfig } from 'vite'

export const consoleFolder = join(import.meta.dirname, '../..')
export const builtFolder = join(consoleFolder, 'dist')

/** Addresses are relative, since the gateway writes the path in front of them into the page. */
export const viteConfig: InlineConfig = {
  configFile: false,
  root: consoleFolder,
  base: './',
  logLevel: 'warn',
  plugins: [react()],
  build: {
    outDir: builtFolder,
    emptyOutDir: true,
    target: 'es2023',
    // Everything is a file of its own: the policy of the page takes no fonts or styles as data.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    // The libraries are one piece, which every screen needs.
    chunkSizeWarningLimit: 800,
  },
}
