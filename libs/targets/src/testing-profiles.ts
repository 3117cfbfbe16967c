import type { PublishedPerson, PublishedProfile } from './published-profile.ts'

/** Names that would do harm in some format if they were not escaped. */
export const hostileNames: readonly string[] = [
  '=HYPERLINK("http://x.test","pay")',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: what Terraform would evaluate
  '"${file("/etc/passwd")}" %{ for x in y }',
  '</role><role oid="x">&amp;<![CDATA[',
  'two\nlines\r\nand\ta tab, "quoted" and \'apostrophes\'',
  'right\u202e\u2066to left\u2069 and zero\u200bwidth\ufeff',
  'fill\u3164er, grapheme\u034fjoiner and selector\ufe0f',
  'nul-like \u0001\u001f\u007f\u0085 controls',
  'back\\slash \\u0041 $${a} %%{b} *\\/',
  'العربية \u{1f511} \u{10ffff}',
  '@acme/read',
  '-1',
]

export const ada: PublishedPerson = {
  id: 'e1',
  displayName: 'Ada Lovelace',
  email: 'ada@example.test',
  username: 'ada',
}
export const ben: PublishedPerson = { id: 'e2', displayName: '', email: '', username: '' }

function entitlement(applicationId: string, id: string, displayName = '') {
  return {
    applicationId,
    applicationDisplayName: applicationId.toUpperCase(),
    id,
    displayName,
    resourceType: '',
    isOwn: applicationId === 'scim',
  }
}

export function profile(given: Partial<PublishedProfile> = {}): PublishedProfile {
  return {
    id: '0b8f6e5a-1c2d-4e3f-8a9b-0123456789ab',
    displayName: 'Engineers',
    description: '',
    owner: undefined,
    celExpression: '',
    automationEnabled: false,
    createTasks: false,
    commonAccess: false,
    entitlements: [entitlement('git', 'writer', 'Writer'), entitlement('git', 'reader', 'Reader')],
    members: [ada, ben],
    ...given,
  }
}

/** Profiles with every hostile text in every place for texts, and a plain profile. */
export function hostileProfiles(): PublishedProfile[] {
  const people = hostileNames.map((name, place) => ({
    id: `h${place} ${name}`,
    displayName: name,
    email: `${name}@x.test`,
    username: name,
  }))
  return [
    profile({ celExpression: 'subject.department == "Engineering"', automationEnabled: true, owner: ada }),
    ...hostileNames.map((name, place) =>
      profile({
        id: `0b8f6e5a-1c2d-4e3f-8a9b-0000000000${String(place).padStart(2, '0')}`,
        displayName: name,
        description: name,
        owner: people[place],
        celExpression: place % 2 === 0 ? '' : `subject.department == ${JSON.stringify(name)}`,
        automationEnabled: place % 4 === 1,
        entitlements: [entitlement(name, name, name), entitlement('git', 'writer', 'Writer')],
        members: [...people.slice(0, place + 1), ada],
      }),
    ),
  ]
}

export function textOf(files: readonly { readonly name: string; content(): Iterable<string> }[], name: string): string {
  const file = files.find((one) => one.name === name)
  if (file === undefined) throw new Error(`there is no file ${name}`)
  return [...file.content()].join('')
}
