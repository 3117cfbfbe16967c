/** `2026-11-03`, the format of date fields, in the time zone of the browser. */
function dayOf(time: Date): string {
  const two = (number: number) => String(number).padStart(2, '0')
  return `${String(time.getFullYear()).padStart(4, '0')}-${two(time.getMonth() + 1)}-${two(time.getDate())}`
}

/** The first moment of a day; undefined when the text is not a day. */
export function startOfDay(day: string): Date | undefined {
  return timeOf(`${day}T00:00:00`)
}

/** The last moment of a day; undefined when the text is not a day. */
export function endOfDay(day: string): Date | undefined {
  return timeOf(`${day}T23:59:59.999`)
}

function timeOf(text: string): Date | undefined {
  if (!/^\d{4}-\d{2}-\d{2}T/.test(text)) return undefined
  const time = new Date(text)
  return Number.isNaN(time.getTime()) ? undefined : time
}

/** The day that is this number of days from now. */
export function dayFromNow(days: number): string {
  const time = new Date()
  time.setDate(time.getDate() + days)
  return dayOf(time)
}
