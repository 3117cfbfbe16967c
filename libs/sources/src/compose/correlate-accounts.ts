import { setImmediate as nextTurn } from 'node:timers/promises'
import { addDescribed, addKeys, describes, ownAttributes } from './add-people.ts'
import type { Account, AccountDetails, CorrelationRule, Directory, Person } from './directory.ts'
import type { Search } from './key-index.ts'
import { namedTexts } from './record-values.ts'

/** The id of the person to whom a user linked the account; undefined without a link. */
export type LinkOf = (account: Pick<Account, 'source' | 'application' | 'id'>) => string | undefined

const accountsAtOnce = 2000

/**
 * Finds the identity of every account: by a link of a user, by the reference in its map, else by mail address, user name and id.
 * The first rule that finds exactly one identity decides. A rule that finds several makes the account an orphan, and so does a
 * reference to nobody; later rules do not change that. References of a source that all name nobody are of another numbering, and say
 * nothing. When no source defines people, the accounts are the people. Service accounts without a person become identities
 * of type service.
 * @param first the first account without an identity so far
 */
export async function correlateAccounts(
  directory: Directory,
  linkOf: LinkOf = () => undefined,
  first = 0,
): Promise<void> {
  const definesPeople = directory.people.length > 0
  const accounts = first === 0 ? directory.accounts : directory.accounts.slice(first)
  if (definesPeople) await leaveForeignReferencesOut(directory, accounts)
  for (const [at, account] of accounts.entries()) {
    // Other calls run in between when a service previews a correlation.
    if (at % accountsAtOnce === accountsAtOnce - 1) await nextTurn()
    const { details } = account
    const ordinal = first + at
    if (details === undefined) continue
    if (!definesPeople) {
      account.person = addAsPerson(directory, account, details)
      account.rule = 'self'
    } else correlate(directory, account, details, ordinal, linkOf(account))
    if (account.standsForPerson && account.person >= 0) {
      directory.nameBySource(account.source, account.id, account.person)
    }
  }
  // Not earlier: later accounts may fill missing values of an account that became a person.
  for (const account of accounts) {
    account.name = account.details?.fields.username ?? ''
    account.isDisabled = account.details?.fields.status === 'disabled'
    account.details = undefined
  }
}

async function leaveForeignReferencesOut({ personKeys }: Directory, accounts: readonly Account[]): Promise<void> {
  const known = new Set<Account['source']>()
  for (const [ordinal, { source, details }] of accounts.entries()) {
    if (ordinal % accountsAtOnce === accountsAtOnce - 1) await nextTurn()
    const identity = details?.identity
    if (identity === undefined || identity.value === '' || known.has(source)) continue
    if (personKeys.findBy(matchOf(identity), identity.value).kind !== 'none') known.add(source)
  }
  for (const { source, details } of accounts) {
    if (details?.identity !== undefined && !known.has(source)) details.identity = undefined
  }
}

function matchOf({ match }: NonNullable<AccountDetails['identity']>): readonly string[] {
  return match.length > 0 ? match : ['id', 'email', 'user_name']
}

function correlate(
  directory: Directory,
  account: Account,
  details: AccountDetails,
  ordinal: number,
  link: string | undefined,
): void {
  const { rule, found, other } =
    link === undefined ? identityOf(directory, account.id, details) : linkedPerson(directory, link, account.id, details)
  if (details.fields.type === 'service' && rule !== 'link') {
    account.person = addService(directory, account, details, found)
    account.rule = 'service'
    return
  }
  if (found.kind === 'one') {
    account.person = found.ordinal
    account.rule = rule
    if (other !== undefined) directory.conflicts.push({ account: ordinal, other })
    return
  }
  directory.addOrphan({
    source: account.source,
    application: account.application,
    value: account.id,
    place: account.place,
    reason: found.kind === 'several' ? 'ambiguous' : 'unknown',
    candidates: found.kind === 'several' ? found.ordinals.map((each) => directory.people[each]?.id ?? '') : [],
  })
}

interface FoundIdentity {
  readonly rule: CorrelationRule
  readonly found: Search
  /** The identity that a later rule finds, if it is another one. */
  readonly other?: number
}

function linkedPerson(directory: Directory, link: string, id: string, details: AccountDetails): FoundIdentity {
  const ordinal = directory.personById(link)
  // The linked person no longer exists: the account is an orphan until the person is back, or a user removes the link.
  if (ordinal === undefined) return { rule: 'link', found: { kind: 'none' } }
  const { found } = identityOf(directory, id, details)
  const disagrees = found.kind === 'one' && found.ordinal !== ordinal
  return { rule: 'link', found: { kind: 'one', ordinal }, ...(disagrees && { other: found.ordinal }) }
}

function identityOf({ personKeys }: Directory, id: string, { identity, fields }: AccountDetails): FoundIdentity {
  const named = identity !== undefined && identity.value !== ''
  const rules = [
    ...(named ? ([['map', matchOf(identity), identity.value]] as const) : []),
    ['email', ['email'], fields.email],
    ['username', ['user_name', 'id'], fields.username],
    ['id', ['user_name', 'id', 'email'], id],
  ] as const
  let first: FoundIdentity | undefined
  for (const [rule, keys, value] of rules) {
    if (value === undefined || value === '') continue
    const found = personKeys.findBy(keys, value)
    if (first === undefined) {
      if (found.kind !== 'none' || rule === 'map') first = { rule, found }
    } else if (first.found.kind === 'one' && found.kind === 'one' && found.ordinal !== first.found.ordinal) {
      return { ...first, other: found.ordinal }
    }
  }
  return first ?? { rule: 'id', found: { kind: 'none' } }
}

function addAsPerson(
  directory: Directory,
  { source, application, id, place }: Account,
  details: AccountDetails,
): number {
  // Two applications of one source may have the same login, for one person or two: the login decides.
  const before = directory.personOf(source, id)
  if (before !== undefined) {
    const person = directory.people[before]
    if (person?.source === source) completeDerived(directory, before, person, details)
    return before
  }
  const { fields, keys } = details
  const attributes = ownAttributes(details)
  const described = { id, place, fields, attributes, keys: { ...keys, [`account ${application}`]: id } }
  return addDescribed(directory, source, described, true)
}

type Texts = Readonly<Record<string, string>>

/**
 * Fills what earlier accounts of a person do not say. An account that describes nobody, such as one of a list of grants with only
 * logins, says nothing of the state of the person: the first account that describes the person decides.
 */
function completeDerived(
  directory: Directory,
  ordinal: number,
  person: Person,
  { fields, attributes }: { readonly fields: Texts; readonly attributes: Texts },
): void {
  const more = missing(person.fields, fields)
  // New objects, since those of the person are also those of the first account.
  if (more !== undefined) {
    const decides = !describes(person.fields) && describes(fields)
    person.fields = namedTexts({ ...person.fields, ...more })
    if (decides) for (const name of ['status', 'type']) person.fields[name] = fields[name] ?? ''
    addKeys(directory, ordinal, { id: person.id, fields: more, keys: {} })
  }
  const others = missing(person.attributes, attributes)
  if (others !== undefined) person.attributes = namedTexts({ ...person.attributes, ...others })
}

/** The values that are not yet known; undefined when there are none, as for most accounts. */
function missing(known: Texts, given: Texts): Record<string, string> | undefined {
  let more: Record<string, string> | undefined
  for (const name in given) {
    const value = given[name]
    if (!value || known[name]) continue
    more ??= namedTexts()
    more[name] = value
  }
  return more
}

function addService(directory: Directory, account: Account, details: AccountDetails, owner: Search): number {
  const { source, application, id, place } = account
  const { fields } = details
  const attributes = ownAttributes(details)
  const own = directory.isIdTaken(id) ? `${application}:${id}` : id
  const person = owner.kind === 'one' ? directory.people[owner.ordinal] : undefined
  const withOwner = person === undefined ? attributes : namedTexts({ ...attributes, owner: person.id })
  // Its keys are not used, since the mail address of a service account usually belongs to its owner.
  return directory.addPerson({
    id: own,
    source,
    place,
    fields,
    attributes: withOwner,
    manager: undefined,
    isDerived: false,
  })
}
