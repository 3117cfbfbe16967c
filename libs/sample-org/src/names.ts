/** Given and family names from many places; several have an apostrophe, a hyphen or non-ASCII letters on purpose. */
export const givenNames: readonly string[] =
  `Aaliyah Adam Aiko Alejandro Amara Amelia Ana Anders Anika Anton Arjun Astrid Ayşe Beatriz Benjamin Bo Camille Carlos
  Chen Chiara Claire Daniel Daria David Dilnoza Elena Elias Emeka Emma Esra Fatima Felix Fiona Freya Gabriel Giulia Grace
  Hana Hannah Hassan Helena Hugo Ibrahim Imani Ines Ingrid Isaac Ivan Jakub Jamal Jana Jin João Jonas Julia Kai Karim
  Katarzyna Kenji Kwame Laila Lars Lea Leila Leo Lina Linh Luca Lucía Magnus Malik Maria Marta Mateo Maya Mei Mia Milan
  Mohammed Nadia Naomi Nia Nikhil Noah Noor Nora Olga Oliver Omar Oscar Paula Pedro Petra Priya Quentin Rafael Rania Ravi
  Renata Rosa Ruth Samuel Sana Sara Sebastian Selin Sofia Søren Stefan Sven Tamar Tariq Thabo Theo Thomas Tomás Uma
  Valentina Victor Wanjiru Wei Xavier Yael Yara Yusuf Zainab Zoë Zofia`.split(/\s+/u)

export const familyNames: readonly string[] =
  `Abebe Adeyemi Ahmed Alvarez Andersson Banerjee Bauer Becker Bianchi Björk Brown Campbell Castro Chang Chaudhry Chen
  Cohen Costa Cruz D'Angelo Das Diallo Diaz Dubois Eriksen Evans Fernandes Fischer Flores Fofanah Fontaine Fraser Fujita
  Garcia Gómez Grant Gupta Haddad Hall Hansen Hernández Hoang Hoffmann Hughes Ibáñez Ito Ivanova Jackson Jansen Jensen
  Jiménez Johnson Jones Kaya Keller Khan Kim Kimani Klein Kobayashi Kovács Kowalski Kumar Lambert Larsen Le Lee Levi Li
  Lindqvist Lopez Mahlangu Martin Martins Mbeki Mehta Meyer Mokoena Moreau Morgan Müller Murphy Murray Nakamura Ndiaye
  Nguyen Nielsen Novak Nowak O'Brien O'Connor Okafor Okoye Oliveira Osei Özdemir Park Patel Pereira Petrov Popescu Price
  Ramirez Rao Reed Reyes Ricci Roberts Romano Rossi Roy Saito Salazar Sanchez Santos Sato Schmidt Schneider Shah Sharma
  Silva Singh Smith Smith-Rowe Sokolov Suzuki Takahashi Tan Taylor Torres Tran Turner Usman Vargas Vasquez Vega Virtanen
  Wagner Walker Wang Weber Williams Wilson Wójcik Wong Wright Yamamoto Yang Yılmaz Young Zhang Zhou Ziegler`.split(
    /\s+/u,
  )

export const projectNames: readonly string[] =
  `Aurora Basalt Beacon Bluebird Borealis Bramble Breakwater Canyon Cascade Cedar Cinder Cobalt Compass Coral Crescent Cypress
  Delta Driftwood Ember Falcon Fjord Foxglove Garnet Glacier Granite Harbour Harrier Heather Horizon Indigo Ironwood Jasmine
  Juniper Kestrel Lagoon Lantern Larkspur Lighthouse Linden Lodestar Magnolia Mangrove Meridian Monsoon Nimbus Northstar
  Obsidian Onyx Opal Orchard Osprey Pinnacle Prairie Quartz Quicksilver Rainier Redwood Riverstone Rosewood Saffron Sandstone
  Sapphire Sequoia Silverline Skylark Solstice Sparrow Starling Summit Sycamore Tamarack Tempest Thistle Tidewater Topaz
  Tundra Umber Verbena Vesper Vortex Wildfire Willow Windward Yarrow Zephyr`.split(/\s+/u)
