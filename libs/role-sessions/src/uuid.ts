const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** Whether a text can be compared with a column of UUIDs; with anything else that is an error of SQL. */
export function isUuid(text: string): boolean {
  return uuid.test(text)
}
