import { resolve } from 'node:path'
import { packTranscoding } from './pack-transcoding.ts'

// npm run pack -w libs/transcoding             into libs/transcoding/dist
// npm run pack -w libs/transcoding -- FOLDER   elsewhere
const folder = resolve(process.argv[2] ?? resolve(import.meta.dirname, '../dist'))
console.log(await packTranscoding(folder))
