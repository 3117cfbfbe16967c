/** Values of a column by their kind, so that a table looks like a real one of its domain. */
const values = {
  number: (row: number) => String(17 * row + 3),
  amount: (row: number) => `${row * 13}.${((row * 37) % 90) + 10}`,
  date: (row: number) => `2024-0${(row % 9) + 1}-1${row % 9}`,
  time: (row: number) => `${String(6 + (row % 14)).padStart(2, '0')}:${String((row * 7) % 60).padStart(2, '0')}`,
  name: (row: number) => ['Ana Meier', 'Bo Kern', 'Cy Nuñez', 'Dee Lang', 'Eva Roth'][row % 5] ?? '',
  mail: (row: number) => `user${row}@example.org`,
  word: (row: number) => ['red', 'blue', 'green', 'north', 'south', 'open', 'closed'][row % 7] ?? '',
  text: (row: number) => `some words, number ${row}`,
  flag: (row: number) => (row % 3 === 0 ? 'yes' : 'no'),
  code: (row: number) => `X-${100 + row}`,
} as const

type Kind = keyof typeof values

/** Tables without access data, with the columns that such tables have. */
const domains: Readonly<Record<string, Readonly<Record<string, Kind>>>> = {
  orders: {
    order_id: 'code',
    customer_id: 'number',
    customer_name: 'name',
    email: 'mail',
    total: 'amount',
    currency: 'word',
    status: 'word',
    created_at: 'date',
  },
  invoices: {
    'Invoice No': 'code',
    Client: 'name',
    Date: 'date',
    Net: 'amount',
    VAT: 'amount',
    Gross: 'amount',
    Paid: 'flag',
  },
  products: { sku: 'code', title: 'text', category: 'word', price: 'amount', stock: 'number', active: 'flag' },
  sensors: {
    sensor_id: 'code',
    timestamp: 'date',
    temperature: 'amount',
    humidity: 'amount',
    unit: 'word',
    location: 'word',
  },
  weather: { station: 'code', date: 'date', tmin: 'amount', tmax: 'amount', precipitation: 'amount', wind: 'amount' },
  timetable: {
    line: 'code',
    stop_id: 'number',
    stop_name: 'word',
    arrival: 'time',
    departure: 'time',
    platform: 'number',
  },
  flights: {
    flight: 'code',
    origin: 'word',
    destination: 'word',
    departure: 'time',
    arrival: 'time',
    gate: 'code',
    status: 'word',
  },
  students: {
    student_id: 'number',
    first_name: 'name',
    last_name: 'name',
    course: 'word',
    grade: 'number',
    semester: 'word',
  },
  exams: { exam: 'code', subject: 'word', date: 'date', room: 'code', teacher: 'name', points: 'number' },
  patients: { patient_id: 'code', name: 'name', birth_date: 'date', diagnosis: 'word', ward: 'word', admitted: 'date' },
  bank: {
    'Booking date': 'date',
    'Value date': 'date',
    Description: 'text',
    Debit: 'amount',
    Credit: 'amount',
    Balance: 'amount',
  },
  stocks: { symbol: 'code', open: 'amount', high: 'amount', low: 'amount', close: 'amount', volume: 'number' },
  census: { region: 'word', year: 'number', population: 'number', households: 'number', area: 'amount' },
  elections: { district: 'word', party: 'word', votes: 'number', share: 'amount', seats: 'number' },
  tickets: {
    ticket: 'code',
    title: 'text',
    priority: 'word',
    assignee: 'name',
    reporter: 'name',
    created: 'date',
    status: 'word',
  },
  commits: { commit: 'code', author: 'name', date: 'date', message: 'text', files: 'number', insertions: 'number' },
  logs: { time: 'time', level: 'word', host: 'code', message: 'text', duration: 'amount' },
  visits: { url: 'text', visitor: 'code', country: 'word', duration: 'amount', referrer: 'text' },
  newsletter: { email: 'mail', first_name: 'name', last_name: 'name', subscribed: 'flag', signup_date: 'date' },
  contacts: { Name: 'name', Phone: 'number', Email: 'mail', City: 'word', Birthday: 'date' },
  survey: { respondent: 'number', age: 'number', gender: 'word', q1: 'number', q2: 'number', comment: 'text' },
  films: { id: 'number', title: 'text', year: 'number', director: 'name', genre: 'word', rating: 'amount' },
  books: { isbn: 'code', title: 'text', author: 'name', publisher: 'word', year: 'number', pages: 'number' },
  songs: { track: 'text', artist: 'name', album: 'text', length: 'time', plays: 'number' },
  recipes: { recipe: 'word', ingredient: 'word', quantity: 'amount', unit: 'word', step: 'number' },
  matches: { date: 'date', home: 'word', away: 'word', home_goals: 'number', away_goals: 'number', referee: 'name' },
  players: { player: 'name', team: 'word', position: 'word', number: 'number', goals: 'number', minutes: 'number' },
  cars: { plate: 'code', make: 'word', model: 'word', year: 'number', mileage: 'number', fuel: 'word' },
  houses: { address: 'text', rooms: 'number', area: 'amount', price: 'amount', built: 'number', sold: 'flag' },
  bookings: { booking: 'code', guest: 'name', room: 'number', check_in: 'date', check_out: 'date', paid: 'flag' },
  shipments: { tracking: 'code', from: 'word', to: 'word', weight: 'amount', shipped: 'date', delivered: 'date' },
  machines: { machine: 'code', shift: 'word', produced: 'number', scrap: 'number', downtime: 'time', operator: 'name' },
  energy: { meter: 'code', month: 'date', kwh: 'amount', tariff: 'word', cost: 'amount' },
  trees: {
    tree_id: 'number',
    species: 'word',
    height: 'amount',
    planted: 'date',
    latitude: 'amount',
    longitude: 'amount',
  },
  iris: {
    sepal_length: 'amount',
    sepal_width: 'amount',
    petal_length: 'amount',
    petal_width: 'amount',
    species: 'word',
  },
  genes: { gene: 'code', chromosome: 'number', start: 'number', end: 'number', strand: 'word' },
  hosts: { hostname: 'code', ip: 'number', os: 'word', owner: 'name', last_seen: 'date' },
  licences: { product: 'word', key: 'code', seats: 'number', expires: 'date', contact: 'mail' },
  donations: { donor: 'name', amount: 'amount', campaign: 'word', date: 'date', receipt: 'code' },
  calendar: {
    Subject: 'text',
    'Start Date': 'date',
    'Start Time': 'time',
    'End Date': 'date',
    Location: 'word',
    Organizer: 'name',
  },
}

/** A hundred tables: every domain once complete, and then with columns left out and reordered, and with other delimiters. */
export function foreignTables(): { readonly name: string; readonly text: string }[] {
  const names = Object.keys(domains)
  return Array.from({ length: 100 }, (_, index) => {
    const name = names[index % names.length] ?? ''
    const round = Math.floor(index / names.length)
    const all = Object.entries(domains[name] ?? {})
    const columns =
      round === 0 ? all : round === 1 ? all.toReversed() : all.filter((_, place) => place !== index % all.length)
    const delimiter = [',', ';', '\t', '|'][index % 4] ?? ','
    const cell = (text: string) => (text.includes(delimiter) ? `"${text}"` : text)
    const header = columns.map(([column]) => cell(round === 2 ? column.toUpperCase() : column))
    const rows = Array.from({ length: 5 + (index % 9) }, (_, row) => columns.map(([, kind]) => cell(values[kind](row))))
    const text = [header, ...rows].map((cells) => cells.join(delimiter)).join('\n')
    return { name: `${name}-${index}.csv`, text: `${text}\n` }
  })
}
