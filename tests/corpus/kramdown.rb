# Print as JSON, by the path of each article on standard input, the HTML of kramdown.
require "json"
require "kramdown"
require "kramdown-parser-gfm"

found = $stdin.read.split("\n").to_h do |path|
  text = File.read(path, encoding: "bom|utf-8").gsub("\r\n", "\n").sub(/\A---\s*\n.*?^---\s*$\n?/m, "")
  [path, Kramdown::Document.new(text, input: "GFM", hard_wrap: false).to_html]
end
puts JSON.generate(found)
