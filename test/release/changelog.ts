/** The heading of the changelog for entries of the next version. */
const unreleasedHead = '## Unreleased\n'

/** The parts of the changelog that a release uses. */
interface ReleaseNotes {
  /** The changelog with the entries under the version, and an empty head for the next one. */
  readonly changelog: string
  /** The paragraph and the list that begin with "To upgrade". */
  readonly toUpgrade: string
}

/**
 * Moves the unreleased entries under a version.
 * @param date as `2026-11-30`
 * @throws Error with the missing part of the section
 */
export function releaseNotes(changelog: string, version: string, date: string): ReleaseNotes {
  const parts = changelog.split(unreleasedHead)
  if (parts.length !== 2) throw new Error(`CHANGELOG.md has ${parts.length - 1} heads "## Unreleased" and needs one`)
  const [before = '', after = ''] = parts
  const next = after.search(/^## /m)
  const section = (next < 0 ? after : after.slice(0, next)).trim()
  if (section === '') throw new Error('CHANGELOG.md says nothing under "## Unreleased": there is nothing to release')
  const begins = section.match(/^To upgrade\b/gm)?.length ?? 0
  if (begins !== 1 || !section.startsWith('To upgrade'))
    throw new Error(
      'The first words under "## Unreleased" of CHANGELOG.md must say once what to do, in a paragraph that begins with "To upgrade"',
    )
  const rest = next < 0 ? '' : `\n${after.slice(next)}`
  return {
    changelog: `${before}${unreleasedHead}\n${headOf(version, date)}\n\n${section}\n${rest}`,
    toUpgrade: upgradeWords(section),
  }
}

/** Whether the words about an upgrade ask for all processes to be stopped, so that no two versions meet; "no need to" does not. */
export function asksToStopAll(unreleased: string): boolean {
  return /^To upgrade\b(?:(?!\b(?:no|not|nobody|nothing|never|without)\b)[^\n])*\bstop all processes\b/im.test(
    unreleased,
  )
}

/** The date of a version in the changelog, from an interrupted release; undefined when there is none. */
export function dateOfRelease(changelog: string, version: string): string | undefined {
  return new RegExp(`^## ${version.replaceAll('.', '\\.')}, (\\d{4}-\\d{2}-\\d{2})$`, 'm').exec(changelog)?.[1]
}

/** The paragraph of a released version about its upgrade. */
export function releasedUpgradeWords(changelog: string, version: string): string {
  const date = dateOfRelease(changelog, version)
  const [, section = ''] = date === undefined ? [] : changelog.split(`${headOf(version, date)}\n`)
  return upgradeWords(section.split(/^## /m)[0]!.trim())
}

function headOf(version: string, date: string): string {
  return `## ${version}, ${date}`
}

/** Ends before a paragraph that is not an item of the list. */
function upgradeWords(section: string): string {
  const [first = '', ...paragraphs] = section.split(/\n{2,}/)
  const end = paragraphs.findIndex((paragraph) => !/^(\d+\.|[-*]) /.test(paragraph))
  const isList = first.trimEnd().endsWith(':') || /after$/.test(first.trimEnd())
  return [first, ...(isList ? paragraphs.slice(0, end < 0 ? undefined : end) : [])].join('\n\n')
}
