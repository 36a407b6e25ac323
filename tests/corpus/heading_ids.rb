# Print as JSON, by the path of each article on standard input, the ids of its headings.
require "json"
require "kramdown"
require "kramdown-parser-gfm"

found = $stdin.read.split("\n").to_h do |path|
  text = File.read(path, encoding: "bom|utf-8").gsub("\r\n", "\n").sub(/\A---\s*\n.*?^---\s*$\n?/m, "")
  html = Kramdown::Document.new(text, input: "GFM", hard_wrap: false).to_html
  [path, html.scan(/<h[1-6][^>]* id="([^"]*)"/).flatten]
end
puts JSON.generate(found)
