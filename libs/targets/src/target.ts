import type { PublishedProfile } from './published-profile.ts'

/** A file for another system. */
interface TargetFile {
  /** ASCII, without a folder. */
  readonly name: string
  /** The text in pieces; each call starts from the beginning. */
  content(): Iterable<string>
}

/** A kind of system to which accepted profiles are handed over. */
export interface Target {
  /** The name in `assay publish --to`. */
  readonly id: string
  readonly title: string
  /** The information that the files do not have, one sentence each. */
  readonly loses: readonly string[]
  /** The files. The names are always the same, so that new files replace the former ones. */
  files(profiles: readonly PublishedProfile[]): readonly TargetFile[]
}
