export const COMPANY_NAMES = words(`
  Alder Amber Aspen Beacon Birch Bramble Bright Cedar Clover Cobalt Copper Coral Delta Dune Ember Falcon Fern Foxglove
  Garnet Granite Harbor Hazel Heron Indigo Iron Ivory Juniper Kestrel Lake Larch Linden Maple Marble Meadow North Oak
  Onyx Orchard Otter Pine Quarry Raven Ridge River Rowan Saffron Sage Slate Spruce Summit Tide Valley Willow Zephyr`)
export const COMPANY_ENDS = words(
  'Bank Clinic Foods Games Labs Law Logistics Media Optics Robotics Studio Travel',
)
export const STREETS = [
  'Mill Lane',
  'Station Road',
  'Harbour Street',
  'Elm Avenue',
  'Market Square',
  'Hill Road',
]
export const CITIES = [
  ['Bremen', 'Germany'],
  ['Leipzig', 'Germany'],
  ['Graz', 'Austria'],
  ['Linz', 'Austria'],
  ['Lyon', 'France'],
  ['Nantes', 'France'],
  ['Gent', 'Belgium'],
  ['Málaga', 'Spain'],
  ['Porto', 'Portugal'],
  ['Turku', 'Finland'],
  ['Brno', 'Czechia'],
  ['Gdańsk', 'Poland'],
] as const
export const CARRIERS = ['Blue Parcel', 'Northline Freight', 'City Courier', 'EuroFracht']
export const ADJECTIVES = words(
  'Basic Bold Calm Classic Compact Eco Fine Light Modern Nordic Prime Quiet Royal Smart',
)
export const NOUNS = words(`
  Armchair Bench Bookcase Cabinet Chair Clock Cushion Desk Drawer Frame Hook Kettle Lamp Mirror Mug Notebook Panel Pen
  Rack Rug Screen Shelf Sofa Stool Table Tray Vase`)
export const CATEGORIES = [
  'Seating',
  'Desks',
  'Lighting',
  'Storage',
  'Kitchen',
  'Paper',
  'Decoration',
  'Technology',
]

function words(text: string): string[] {
  return text.trim().split(/\s+/)
}
