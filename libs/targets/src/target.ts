import type { PublishedProfile } from './published-profile.ts'

/** A file that another system reads. */
interface TargetFile {
  /** ASCII, without a folder. */
  readonly name: string
  /** The text piece by piece, from its beginning at each call. */
  content(): Iterable<string>
}

/** A kind of system that accepted profiles are handed to. */
export interface Target {
  /** As `assay publish --to` names it. */
  readonly id: string
  readonly title: string
  /** What the files do not say, each a sentence. */
  readonly loses: readonly string[]
  /** Always the same names, so that the files of one time replace those of the time before. */
  files(profiles: readonly PublishedProfile[]): readonly TargetFile[]
}
