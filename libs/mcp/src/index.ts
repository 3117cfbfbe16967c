export { type PreviewedBy, previewsOf } from './previews.ts'
export type { Calls } from './tool.ts'
export { createToolServer, toolsOf } from './tool-server.ts'
