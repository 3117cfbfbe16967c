/** Built-in attributes as SailPoint's clients write them; every other one keeps the name of its column. */
const shownNames: Readonly<Record<string, string>> = {
  job_title: 'jobTitle',
  employment_type: 'employmentType',
  employment_status: 'employmentStatus',
  directory_status: 'directoryStatus',
}

/** An attribute's name towards SailPoint's clients, by its key in the snapshot: `jobTitle` for `job_title`. */
export function shownAttributeName(key: string): string {
  return shownNames[key] ?? key
}
