export { previewsOf } from './previews.ts'
export { createToolServer } from './tool-server.ts'
