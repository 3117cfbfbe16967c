/** Names of built-in attributes for SailPoint's clients; every other attribute has the name of its column. */
const shownNames: Readonly<Record<string, string>> = {
  job_title: 'jobTitle',
  employment_type: 'employmentType',
  employment_status: 'employmentStatus',
  directory_status: 'directoryStatus',
}

/** The name of an attribute for SailPoint's clients, by its key in the snapshot: `jobTitle` for `job_title`. */
export function shownAttributeName(key: string): string {
  return shownNames[key] ?? key
}
