interface AttributeName {
  /** Assay's key. */
  readonly key: string
  /** The name among the attributes of an identity. */
  readonly name: string
  /** The name that people see. */
  readonly displayName: string
  /** Whether every organisation has it. */
  readonly standard: boolean
}

const named = (name: string, displayName: string, key = name): AttributeName => ({
  key,
  name,
  displayName,
  standard: true,
})

/** The attributes of every identity that do not describe cohorts. */
const always = [named('uid', 'User Name'), named('displayName', 'Display Name'), named('email', 'Work Email')]

const spelled: Readonly<Record<string, AttributeName>> = {
  department: named('department', 'Department'),
  job_title: named('jobTitle', 'Job Title', 'job_title'),
  manager: named('manager', 'Manager'),
  employment_type: named('employmentType', 'Employment Type', 'employment_type'),
  employment_status: named('employmentStatus', 'Employment Status', 'employment_status'),
  directory_status: named('cloudStatus', 'Status', 'directory_status'),
}

/** The attributes of identities, by the names that answers use: the standard ones, then the customer's columns. */
export function identityAttributeNames(
  known: readonly string[],
  builtIn: ReadonlySet<string>,
): readonly AttributeName[] {
  const standard = known.flatMap((key) => (builtIn.has(key) ? (spelled[key] ?? []) : []))
  const own = known.filter((key) => !builtIn.has(key))
  return [...always, ...standard, ...own.map((key) => ({ key, name: key, displayName: key, standard: false }))]
}
